/** Every way in which a model's service can fail or stop, over both protocols: case and outcome, as one table. */

import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Ending } from "@slipway/model";
import { createModelClient } from "./client.ts";
import { endingOf, ModelFailure } from "./failure.ts";
import type { ModelReply, ModelRequest } from "./model-client.ts";
import { FAULTS, type Fault, KEY, PROVIDERS, type Provider, STOPS, TRIES } from "./testing/faults.ts";
import { startService } from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};

async function outcomeOf(
  provider: Provider,
  given: Fault,
): Promise<{ failure: ModelFailure; tries: number }> {
  const mock = given.mock ? new LLMock({ port: 0, logLevel: "silent" }) : null;
  let tries = 0;
  const service = given.answer
    ? await startService((response, heard) => given.answer?.(response, heard, provider))
    : null;
  if (mock && given.mock) {
    mock.on({ userMessage: "hello" }, { content: "hi" });
    await mock.start();
    mock.reset();
    given.mock(mock);
  }
  const fetch: typeof globalThis.fetch = (url, init) => {
    tries += 1;
    return globalThis.fetch(url, init);
  };
  const options = {
    apiKey: KEY,
    baseUrl: service?.url ?? mock?.url ?? "",
    maxRetries: TRIES - 1,
    // Short only where nothing is to come: a busy machine is silent for a while, too.
    silenceMs: given.silent ? 100 : 60_000,
    wait: async () => {},
    fetch,
  };
  try {
    const outcome = await createModelClient({ provider, ...options })
      .complete(REQUEST)
      .then(
        (reply: ModelReply) => new Error(`expected a failure, got ${reply.stop}`),
        (thrown: unknown) => thrown,
      );
    if (!(outcome instanceof ModelFailure)) throw outcome;
    return { failure: outcome, tries };
  } finally {
    await Promise.all([service?.stop(), mock?.stop()]);
  }
}

describe("a service that fails or stops", () => {
  const rows = new Map<string, string[]>();
  const put = (name: string, provider: Provider, outcome: string) =>
    rows.set(name, [...(rows.get(name) ?? []), `${provider}: ${outcome}`.padEnd(56)]);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => void process.on("unhandledRejection", note));
  afterAll(() => {
    process.off("unhandledRejection", note);
    const width = Math.max(...[...rows.keys()].map((name) => name.length));
    const lines = [...rows].map(([name, outcomes]) =>
      `${name.padEnd(width)}  ${outcomes.join("")}`.trimEnd(),
    );
    process.stdout.write(`\n${"case".padEnd(width)}  outcome\n${lines.join("\n")}\n`);
  });

  for (const provider of PROVIDERS) {
    test.each(FAULTS)(`${provider}: $name`, async (given) => {
      const { failure, tries } = await outcomeOf(provider, given);
      const ending: Ending = endingOf(failure.kind);
      put(given.name, provider, `${failure.kind} -> ${ending}, ${tries} ${tries === 1 ? "try" : "tries"}`);
      expect([failure.kind, tries]).toEqual([given.kind, given.tries]);
      expect(failure.message).toMatch(given.says);
      // What happened, then what to do about it.
      expect(failure.message).toMatch(/^[A-Z].+\. [A-Z].+\.$/s);
      expect(`${failure.message}${failure.stack}${String(failure.cause)}`).not.toContain(KEY);
    });
  }

  for (const provider of PROVIDERS) {
    test.each(STOPS.filter(({ answer }) => answer[provider]))(
      `${provider}: $name`,
      async ({ name, answer, stop, inputs = [] }) => {
        const service = await startService((response) => answer[provider]?.(response));
        try {
          const client = createModelClient({ provider, apiKey: KEY, baseUrl: service.url });
          const reply = await client.complete(REQUEST);
          put(name, provider, `reply: ${stop}${inputs.length > 0 ? ", input handed on" : ""}`);
          expect([reply.stop, reply.toolCalls.map(({ input }) => input)]).toEqual([stop, inputs]);
        } finally {
          await service.stop();
        }
      },
    );
  }

  test("leaves no promise behind that nobody waits for", () => {
    expect(unhandled).toEqual([]);
  });
});
