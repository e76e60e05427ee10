/**
 * The model of the session, in a process of its own: turns as JSON by standard input, its address by standard output.
 * It keeps each request's body as it came, and how long it had each request; `GET /recorded` tells both.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LLMock } from "@copilotkit/aimock";
import { z } from "zod";
import type { Recorded } from "./recorded.ts";

const turnsSchema = z.array(
  z.object({
    say: z.string(),
    call: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
  }),
);

const input: Buffer[] = [];
process.stdin.on("data", (chunk: Buffer) => {
  input.push(chunk);
  if (!chunk.includes("\n")) return;
  void serve(turnsSchema.parse(JSON.parse(Buffer.concat(input).toString("utf8"))));
});
// Whoever started it has gone.
process.stdin.on("end", () => process.exit());

async function serve(turns: z.infer<typeof turnsSchema>): Promise<void> {
  const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
  for (const [turnIndex, { say, call }] of turns.entries()) {
    mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex },
      { content: say, toolCalls: [{ name: call.name, arguments: JSON.stringify(call.arguments) }] },
    );
  }
  await mock.start();
  const recorded: Recorded[] = [];
  const front = createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(recorded));
      return;
    }
    void pass(request, response, mock.url, recorded).catch(() => response.destroy());
  });
  front.listen(0, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(front.address() as AddressInfo).port}\n`);
  });
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  recorded: Recorded[],
): Promise<void> {
  const began = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const answer = await fetch(target + (request.url ?? "/"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  for await (const chunk of answer.body ?? []) response.write(chunk);
  await new Promise<void>((done) => response.end(done));
  recorded.push({ body: body.toString("utf8"), status: answer.status, ms: performance.now() - began });
}
