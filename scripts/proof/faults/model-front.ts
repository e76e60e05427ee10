/** Stands before the scripted model and lets its faults happen. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelFront } from "../../../tests/e2e/bench.ts";
import { modelKindOf, type RequestKind } from "./kinds.ts";

/** @param faultOf the name of the fault that a request of this kind meets now */
export async function openModelFront(
  target: string,
  faultOf: (kind: RequestKind) => string | undefined,
): Promise<ModelFront> {
  const server = createServer((request, response) => {
    answer(target, faultOf, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function answer(
  target: string,
  faultOf: (kind: RequestKind) => string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const fault = faultOf(modelKindOf(body));
  switch (fault) {
    case "model 429 retry-after":
      return refuse(response, 429, "rate_limit_error", { "retry-after": "1" });
    case "model 429":
      return refuse(response, 429, "rate_limit_error");
    case "model 529":
      return refuse(response, 529, "overloaded_error");
    case "model garbage":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Please log in</title>");
      return;
    case "model silence":
      // The connection stays, and nothing comes, until whoever asked has had enough.
      return;
    default:
      await forward(target, request, body, response, fault === "model cut");
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ type: "error", error: { type, message: "Try again later." } }));
}

async function forward(
  target: string,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  isCut: boolean,
): Promise<void> {
  const answered = await fetch(`${target}${request.url ?? "/"}`, {
    method: request.method ?? "GET",
    headers: { "content-type": "application/json", "x-api-key": String(request.headers["x-api-key"] ?? "") },
    ...(body === "" ? {} : { body }),
  });
  const bytes = new Uint8Array(await answered.arrayBuffer());
  response.writeHead(answered.status, {
    "content-type": answered.headers.get("content-type") ?? "application/json",
  });
  if (!isCut) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
}
