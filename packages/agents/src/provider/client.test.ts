import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { ENDINGS } from "@slipway/model";
import { createModelClient } from "./client.ts";
import { endingOf, ModelFailure } from "./failure.ts";
import type { ModelRequest } from "./model-client.ts";
import { chunk, DONE, messageEvents, sayChunks, sayEvents, sayJson, startService } from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "m",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};

/** One service that speaks both protocols. */
const both = () =>
  startService((response, { path }) => {
    if (path === "/v1/messages") {
      const block = { start: { type: "text", text: "" }, deltas: [{ type: "text_delta", text: "hi" }] };
      sayEvents(response, messageEvents([block], "end_turn"));
    } else {
      sayChunks(response, [chunk({ content: "hi" }), chunk({}, "stop"), DONE]);
    }
  });

/** A program of its own, which ends when nothing is left that could happen in it. */
async function program(script: string): Promise<string> {
  const env = { PATH: process.env.PATH ?? "" };
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 110_000 });
  return stdout.trim();
}
const MODULE = JSON.stringify(join(import.meta.dirname, "client.ts"));

describe.each(["anthropic", "openai"] as const)("the client by the name %s", (provider) => {
  test("speaks that provider's protocol", async () => {
    const service = await both();
    try {
      const client = createModelClient({ provider, apiKey: "k", baseUrl: service.url });
      expect(await client.complete(REQUEST)).toMatchObject({ stop: "end", text: "hi" });
      expect(service.heard.map(({ path }) => path)).toEqual([
        provider === "anthropic" ? "/v1/messages" : "/v1/chat/completions",
      ]);
    } finally {
      await service.stop();
    }
  });

  test("loads no SDK before the first call, and its own only", async () => {
    const service = await both();
    try {
      const seen = await program(`
        import { registerHooks } from "node:module";
        const seen = new Set();
        registerHooks({ resolve: (name, context, next) => {
          if (/^(@anthropic-ai|openai)/.test(name)) seen.add(name.split("/")[0]);
          return next(name, context);
        } });
        const { createModelClient } = await import(${MODULE});
        const client = createModelClient({ provider: "${provider}", apiKey: "k", baseUrl: "${service.url}" });
        const before = seen.size;
        await client.complete(${JSON.stringify(REQUEST)});
        console.log(JSON.stringify([before, [...seen]]));`);
      // It came to its end, too: no timer of a stream that is over keeps it.
      expect(JSON.parse(seen)).toEqual([0, [provider === "anthropic" ? "@anthropic-ai" : "openai"]]);
    } finally {
      await service.stop();
    }
  }, 120_000);

  test("gives up a wait between tries at once when it is stopped", async () => {
    const service = await startService((response) => response.writeHead(529).end());
    try {
      const stop = new AbortController();
      const client = createModelClient({ provider, apiKey: "k", baseUrl: service.url, maxRetries: 50 });
      const outcome = client.complete({ ...REQUEST, signal: stop.signal }).catch((error: unknown) => error);
      while (service.heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      stop.abort();
      expect(await outcome).toMatchObject({ name: "ModelFailure", kind: "aborted" });
    } finally {
      await service.stop();
    }
  });

  test.each(["localhost:8000/v1", "/v1", "file:///etc"])("knows that %s is no address", async (baseUrl) => {
    const client = createModelClient({ provider, apiKey: "k", baseUrl });
    await expect(client.complete(REQUEST)).rejects.toMatchObject({
      kind: "wrong-service",
      message: `The model's base URL "${baseUrl}" is no HTTP address. Give it whole, as in https://models.example.com/v1.`,
    });
  });

  test("names no key, not even half of one where a long answer is cut short", async () => {
    const apiKey = "a-key-without-a-known-shape-0123456789";
    const said = { error: { message: `${"x".repeat(480)}${apiKey}` } };
    const service = await startService((response) => sayJson(response, 401, said));
    try {
      const client = createModelClient({ provider, apiKey, baseUrl: service.url });
      const failure = await client.complete(REQUEST).catch((error: unknown) => error);
      expect(String(failure)).toMatch(/x\*\*\*\)/);
      expect(String(failure)).not.toContain("a-key");
    } finally {
      await service.stop();
    }
  });

  test("names no password of its address", async () => {
    const baseUrl = "http://somebody:pa55%word-of-mine@127.0.0.1:1/v1?token=t0ken-of-mine";
    const client = createModelClient({ provider, apiKey: "k", baseUrl, maxRetries: 0 });
    const failure = await client.complete(REQUEST).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelFailure);
    expect(String(failure)).not.toMatch(/of-mine|somebody/);
  });
});

test("every kind of failure ends the work in one of the contract's ways", () => {
  const kinds = [
    "authentication",
    "unknown-model",
    "bad-request",
    "rate-limited",
    "quota",
    "overloaded",
    "server",
    "network",
    "wrong-service",
    "timeout",
    "aborted",
    "refusal",
    "cut",
    "context-exceeded",
    "unexpected-stop",
  ] as const;
  for (const kind of kinds) expect(ENDINGS).toContain(endingOf(kind));
});
