/** Stands between the jobs and a real model, and writes down what goes there and what comes back. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorText } from "@slipway/model";
import type { ModelExchange, ModelServer } from "./scripted-model.ts";

/** Answers are decoded on their way, so what described their encoding no longer holds. */
const NOT_FORWARDED = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
]);

/**
 * @param base base URL of the model
 * @param keepsPath whether the recorder's own address ends in the path of `base`, which tells clients of some protocols
 *   where the version goes
 */
export function createModelRecorder(base: string, keepsPath = false): ModelServer {
  const path = keepsPath ? new URL(base).pathname.replace(/\/+$/, "") : "";
  const target = path === "" ? base : base.slice(0, -path.length);
  const exchanges: ModelExchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void forward(incoming, outgoing, target, exchanges).catch(() => outgoing.destroy());
  });
  return {
    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    exchanges: () => [...exchanges],
  };
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  exchanges: ModelExchange[],
): Promise<void> {
  const at = new Date().toISOString();
  const method = incoming.method ?? "GET";
  const path = incoming.url ?? "/";
  const sent = await readAll(incoming);
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  let status = 502;
  let answer = "";
  try {
    const response = await fetch(target + path, {
      method,
      headers: headersOf(incoming),
      signal: gone.signal,
      ...(sent.length > 0 ? { body: new Uint8Array(sent) } : {}),
    });
    status = response.status;
    const headers = [...response.headers].filter(([name]) => !NOT_FORWARDED.has(name));
    outgoing.writeHead(status, Object.fromEntries(headers));
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      outgoing.write(chunk);
      answer += decoder.decode(chunk, { stream: true });
    }
    outgoing.end();
  } catch (error) {
    answer = `The model at ${target} could not be reached: ${reasonOf(error)}`;
    if (outgoing.headersSent) outgoing.destroy();
    else {
      outgoing.writeHead(status, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ type: "error", error: { type: "api_error", message: answer } }));
    }
  } finally {
    const request = parse(sent.toString("utf8"));
    exchanges.push({ at, method, path, status, model: modelOf(request), request, response: parse(answer) });
  }
}

function headersOf(incoming: IncomingMessage): [string, string][] {
  return Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || NOT_FORWARDED.has(name)
      ? []
      : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** JSON as what it says; anything else, an event stream too, as its text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function modelOf(request: unknown): string | null {
  const model = typeof request === "object" && request !== null && "model" in request ? request.model : null;
  return typeof model === "string" ? model : null;
}

/** `fetch` says "fetch failed" and keeps what happened in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return errorText(cause);
}
