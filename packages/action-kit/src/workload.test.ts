import { describe, expect, test } from "@jest/globals";
import { ConfigurationError, policySchema } from "@slipway/model";
import { reachOf } from "./inputs.ts";
import { workloadIdentity } from "./workload.ts";

const ENV = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example/jobs/1?api-version=2.0",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
};
const NAMES = {
  federationRule: "fdrl_01AbC",
  organization: "2f6b1c1e-8a53-4b7e-9d0f-6a1b2c3d4e5f",
};
const identityOf = (more: object = {}) => {
  const { identity } = policySchema.parse({
    qa: { test: "npm test" },
    model: { identity: { ...NAMES, ...more } },
  }).model;
  if (!identity) throw new Error("no identity");
  return identity;
};

interface Asked {
  readonly url: string;
  readonly authorization: string | null;
}

/** Answers one after another, the last one for good. */
function opened(answers: readonly (() => Response)[], more: object = {}) {
  const asked: Asked[] = [];
  const masked: string[] = [];
  const waits: number[] = [];
  const identity = workloadIdentity(identityOf(more), {
    runner: { mask: (secret) => void masked.push(secret) },
    env: ENV,
    fetch: async (url, init) => {
      asked.push({ url: String(url), authorization: new Headers(init?.headers).get("authorization") });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (!answer) throw new TypeError("fetch failed");
      return answer();
    },
    wait: async (ms) => void waits.push(ms),
  });
  return { identity, asked, masked, waits };
}
const token = (value: unknown) => () => Response.json({ count: 1, value });
const status = (code: number) => () => new Response("no request-token here", { status: code });

describe("workload identity", () => {
  test("asks GitHub for the audience of the policy, with the job's own token", async () => {
    const { identity, asked, masked } = opened([token("jwt")], { audience: "https://models.example/a?b" });
    expect(await identity.token()).toBe("jwt");
    expect(asked).toEqual([
      {
        url: "https://token.example/jobs/1?api-version=2.0&audience=https%3A%2F%2Fmodels.example%2Fa%3Fb",
        authorization: "Bearer request-token",
      },
    ]);
    identity.mask("granted");
    expect(masked).toEqual(["request-token", "granted"]);
    expect(await opened([token("jwt")]).identity.token()).toBe("jwt");
  });

  test("names what the policy names, and leaves out the rest", () => {
    const { identity } = opened([]);
    expect(identity).toMatchObject({ federationRuleId: "fdrl_01AbC", organizationId: NAMES.organization });
    expect(Object.keys(identity)).not.toContain("workspaceId");
    expect(opened([], { workspace: "default", serviceAccount: "svac_1" }).identity).toMatchObject({
      workspaceId: "default",
      serviceAccountId: "svac_1",
    });
  });

  test("is asked for anew each time: it lives for minutes", async () => {
    const { identity } = opened([token("first"), token("second")]);
    expect([await identity.token(), await identity.token()]).toEqual(["first", "second"]);
  });

  test.each<[string, (() => Response)[]]>([
    ["429", [status(429), token("jwt")]],
    ["a fault of the server", [status(500), status(502), status(503), token("jwt")]],
    ["an answer that is no JSON", [() => new Response("<html>"), token("jwt")]],
  ])("%s is met with patience", async (_, answers) => {
    const { identity, waits } = opened(answers);
    expect(await identity.token()).toBe("jwt");
    expect(waits).toEqual([1_000, 2_000, 4_000].slice(0, answers.length - 1));
  });

  test.each<[string, (() => Response)[], number, RegExp]>([
    ["a refusal", [status(401)], 1, /GitHub answered 401 instead of an identity token/],
    ["no token in the answer", [token("")], 1, /held no identity token/],
    ["faults without end", [status(503)], 4, /GitHub answered 503/],
    ["no connection", [], 4, /gave no identity token: fetch failed/],
  ])("%s is said, without any token", async (_, answers, times, words) => {
    const { identity, asked } = opened(answers);
    const error = await identity.token().catch((caught: unknown) => caught);
    expect(String(error)).toMatch(words);
    expect(String(error)).not.toContain("request-token");
    expect(asked).toHaveLength(times);
  });

  test.each(Object.keys(ENV))("a job without %s is told which permission it lacks", (name) => {
    const make = () =>
      workloadIdentity(identityOf(), { runner: { mask: () => undefined }, env: { ...ENV, [name]: "" } });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/model\.identity.*`id-token: write`.*caller file/);
  });
});

describe("how models are reached", () => {
  const context = { runner: { mask: () => undefined }, env: ENV } as unknown as Parameters<typeof reachOf>[0];
  const inputs = { "model-api-key": "key", "model-base-url": "https://gateway.example" };
  const policy = (model: object) => policySchema.parse({ qa: { test: "npm test" }, model });

  test("with an identity in the policy, by that; the base URL stays", () => {
    const { anthropic } = reachOf(context, inputs, policy({ identity: NAMES }));
    expect(anthropic).toMatchObject({
      baseUrl: "https://gateway.example",
      identity: { federationRuleId: "fdrl_01AbC" },
    });
  });

  test("without one by key, and the environment is not even looked at", () => {
    const reach = reachOf({ ...context, env: {} }, inputs, policy({}));
    expect(reach).toEqual({
      anthropic: { apiKey: "key", baseUrl: "https://gateway.example" },
      openai: {},
    });
  });
});

test.each<[string, object]>([
  ["a rule that is none", { federationRule: "svac_1" }],
  ["an organization that is no UUID", { organization: "acme" }],
  ["no organization", { organization: undefined }],
  ["a workspace that is none", { workspace: "mine" }],
  ["a key that there is none of", { key: "sk-ant" }],
  ["no audience", { audience: "" }],
])("the policy refuses %s", (_, more) => {
  expect(() => identityOf(more)).toThrow();
});
