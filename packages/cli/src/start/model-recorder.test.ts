import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createModelRecorder } from "./model-recorder.ts";
import { createScriptedModel } from "./scripted-model.ts";

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function model(
  answer: (body: string, key: string) => { status: number; type: string; parts: string[] },
) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { status, type, parts } = answer(body, String(request.headers["x-api-key"]));
    response.writeHead(status, { "content-type": type, "request-id": "req_1" });
    for (const part of parts) {
      response.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function recorder(target: string) {
  const server = createModelRecorder(target);
  const url = await server.start();
  running.push(() => server.stop());
  return { server, url };
}

const ask = (url: string) =>
  fetch(`${url}/v1/messages?beta=true`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "secret" },
    body: JSON.stringify({ model: "m", messages: [] }),
  });

describe("createModelRecorder", () => {
  test("passes a streamed answer on as it is, with its headers, and writes it down without the key", async () => {
    const parts = ["event: a\ndata: {}\n\n", 'event: b\ndata: {"x":"ü"}\n\n'];
    const { server, url } = await recorder(
      await model((_, key) => ({ status: 200, type: "text/event-stream", parts: [...parts, key] })),
    );
    const response = await ask(url);
    expect(response.headers.get("request-id")).toBe("req_1");
    expect(await response.text()).toBe(`${parts.join("")}secret`);
    expect(server.exchanges()).toMatchObject([
      { method: "POST", path: "/v1/messages?beta=true", status: 200, model: "m", request: { messages: [] } },
    ]);
    expect(JSON.stringify(server.exchanges()[0]?.request)).not.toContain("secret");
  });

  test("passes a refusal on", async () => {
    const { server, url } = await recorder(
      await model(() => ({ status: 429, type: "application/json", parts: ['{"type":"error"}'] })),
    );
    expect((await ask(url)).status).toBe(429);
    expect(server.exchanges()).toMatchObject([{ status: 429, response: { type: "error" } }]);
  });

  test("says where it could not get to", async () => {
    const { server, url } = await recorder("http://127.0.0.1:9");
    const response = await ask(url);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringMatching(/127\.0\.0\.1:9 could not be reached/) },
    });
    expect(server.exchanges()).toHaveLength(1);
  });
});

describe("createScriptedModel", () => {
  test("answers by its fixtures and writes down both, without the key; what it does not know is 404", async () => {
    const text = JSON.stringify({
      fixtures: [{ match: { userMessage: "hello" }, response: { content: "Hi." } }],
    });
    const server = createScriptedModel([{ path: "a.json", text }]);
    expect(server.exchanges()).toEqual([]);
    const url = await server.start();
    running.push(() => server.stop());
    const say = (content: string) =>
      fetch(`${url}/v1/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": "secret" },
        body: JSON.stringify({ model: "m", max_tokens: 10, messages: [{ role: "user", content }] }),
      });
    expect(await (await say("hello")).json()).toMatchObject({ content: [{ type: "text", text: "Hi." }] });
    expect((await say("what?")).status).toBe(404);
    expect(server.exchanges()).toMatchObject([
      { status: 200, model: "m", response: { content: "Hi." } },
      { status: 404, response: null },
    ]);
    expect(JSON.stringify(server.exchanges())).not.toContain("secret");
  });
});
