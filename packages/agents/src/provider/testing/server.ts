/** A service in a test that says exactly what it is told to, byte for byte. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface Service {
  readonly url: string;
  /** Every request, in order. */
  readonly heard: readonly Heard[];
  stop(): Promise<void>;
}

/** Starts a service; `answer` is given the request and its number, from 0. */
export async function startService(
  answer: (response: ServerResponse, heard: Heard, number: number) => void,
): Promise<Service> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const one = { path: request.url ?? "", headers: request.headers, text, body: JSON.parse(text || "{}") };
      heard.push(one);
      answer(response, one, heard.length - 1);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function sayJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Events of one name each, as the Messages protocol has them. */
export function sayEvents(response: ServerResponse, events: readonly { readonly type: string }[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

/** A whole message of the Messages protocol. */
export function messageEvents(
  blocks: readonly { readonly start: Record<string, unknown>; readonly deltas?: readonly unknown[] }[],
  stopReason: string,
  usage: Readonly<Record<string, number>> = { input_tokens: 10, output_tokens: 5 },
): { type: string }[] {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-5-5",
    content: [],
  };
  const content = blocks.flatMap(({ start, deltas = [] }, index) => [
    { type: "content_block_start", index, content_block: start },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ]);
  return [
    { type: "message_start", message: { ...message, usage } } as { type: string },
    ...content,
    { type: "message_delta", delta: { stop_reason: stopReason }, usage: {} } as { type: string },
    { type: "message_stop" },
  ];
}

/** Chunks of the Chat Completions protocol; a text stands for a line as it is. */
export function sayChunks(response: ServerResponse, chunks: readonly unknown[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) {
    response.write(`data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`);
  }
  response.end();
}

export function chunk(delta: Record<string, unknown>, finish: string | null = null, more: object = {}) {
  return {
    id: "c1",
    object: "chat.completion.chunk",
    created: 1,
    model: "local-model",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

export const DONE = "[DONE]";
