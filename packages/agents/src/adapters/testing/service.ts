import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HEADERS, signatureOf, signatureProblem } from "../http/signature.ts";
import type { ExecuteBody } from "../http/wire.ts";

export const SECRET = "a secret of both sides";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly json: ExecuteBody;
  /** Why its signature is not right; null when it is. */
  readonly problem: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Unix time that the answer claims to be made at. */
  readonly timestamp?: number;
  readonly secret?: string;
  /** Sent as it is, beside or in place of what would be right. */
  readonly tamper?: (response: ServerResponse, body: string) => boolean;
}

/** An adapter's side of the protocol, on a port of its own. */
export interface Service {
  readonly base: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** @param respond called for each request with its number, from 1 */
export async function openService(
  respond: (request: Received, count: number) => Answer | Promise<Answer>,
): Promise<Service> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const header = (name: string) => (request.headers[name] as string | undefined) ?? null;
    const one: Received = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body,
      json: (body.length > 0 ? JSON.parse(body.toString()) : null) as ExecuteBody,
      problem: signatureProblem(
        {
          timestamp: header(HEADERS.timestamp),
          nonce: header(HEADERS.nonce),
          signature: header(HEADERS.signature),
        },
        {
          secret: SECRET,
          subject: { method: request.method ?? "", path: request.url ?? "" },
          body,
          now: Date.now() / 1_000,
          nonce: null,
        },
      ),
    };
    received.push(one);
    const answer = await respond(one, received.length);
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {});
    const timestamp = String(answer.timestamp ?? Math.floor(Date.now() / 1_000));
    const nonce = header(HEADERS.nonce) ?? "";
    response.statusCode = answer.status;
    const signature = signatureOf(
      answer.secret ?? SECRET,
      { timestamp, nonce },
      { status: answer.status },
      text,
    );
    response.setHeader(HEADERS.timestamp, timestamp);
    response.setHeader(HEADERS.nonce, nonce);
    response.setHeader(HEADERS.signature, signature);
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    if (answer.tamper?.(response, text)) return;
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
