/** A service that sends a request on: a key, and the texts of a repository, go nowhere else by that. */
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { createModelClient } from "./client.ts";
import { PROVIDERS, type Provider } from "./testing/faults.ts";
import { chunk, messageEvents, sayChunks, sayEvents, startService } from "./testing/server.ts";

const hi = {
  start: { type: "text", text: "" },
  deltas: [{ type: "text_delta", text: "hi" }],
};
const answer: Record<Provider, (response: ServerResponse) => void> = {
  anthropic: (response) => sayEvents(response, messageEvents([hi], "end_turn")),
  openai: (response) => sayChunks(response, [chunk({ content: "hi" }), chunk({}, "stop")]),
};

/** Two services; the first sends on where `locations` say, and answers once there is nothing left of them. */
async function ask(
  provider: Provider,
  status: number,
  locations: readonly ((other: string, path: string) => string)[],
) {
  const other = await startService(answer[provider]);
  const service = await startService((response, { path }, number) => {
    const location = locations[number]?.(other.url, path);
    if (location === undefined) answer[provider](response);
    else response.writeHead(status, { location }).end("moved");
  });
  try {
    const client = createModelClient({
      provider,
      apiKey: "sk-of-this-test-0123",
      baseUrl: service.url,
      maxRetries: 1,
      wait: async () => {},
    });
    const turns = [{ role: "user" as const, text: "hello" }];
    const outcome = await client.complete({ model: "m", maxOutputTokens: 100, system: "s", turns }).then(
      (reply) => reply,
      (error: unknown) => error,
    );
    return { outcome, other, paths: service.heard.map(({ path }) => path), heard: service.heard };
  } finally {
    await Promise.all([service.stop(), other.stop()]);
  }
}

describe.each(PROVIDERS)("%s", (provider) => {
  test.each([301, 302, 303, 307, 308])("%d to another origin is told, not followed", async (status) => {
    const { outcome, other, paths } = await ask(provider, status, [(url, path) => `${url}${path}`]);
    expect(other.heard).toEqual([]);
    expect(paths).toHaveLength(1);
    expect(outcome).toMatchObject({ kind: "wrong-service" });
    expect(String(outcome)).toContain(
      `answered ${status} (it redirects: it leads to ${other.url}, and only http://`,
    );
  });

  test.each([307, 308])("%d of the same origin is followed, with the same request", async (status) => {
    const { outcome, paths, heard } = await ask(provider, status, [(_, path) => `/eu${path}?region=1`]);
    expect(outcome).toMatchObject({ text: "hi", stop: "end" });
    expect(paths).toEqual([paths[0], `/eu${paths[0]}?region=1`]);
    expect(heard[1]?.text).toBe(heard[0]?.text);
    const key = provider === "anthropic" ? "x-api-key" : "authorization";
    expect(heard[1]?.headers[key]).toBe(heard[0]?.headers[key]);
  });

  test("one that would ask without the request, and one that goes round, are told", async () => {
    const same = (_: string, path: string) => path;
    const found = await ask(provider, 302, [same]);
    expect(found.paths).toHaveLength(1);
    expect(String(found.outcome)).toContain(
      "answered 302 (it redirects: 302 is not followed, 307 and 308 are)",
    );
    const round = await ask(provider, 307, Array(20).fill(same));
    expect(round.paths).toHaveLength(4);
    expect(round.outcome).toMatchObject({ kind: "wrong-service" });
    expect(String(round.outcome)).toContain("it redirects: more than 3 times");
  });
});
