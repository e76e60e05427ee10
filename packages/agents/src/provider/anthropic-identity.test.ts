/** A job that has no key: its OIDC token is exchanged for one that lives for a while. */
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createAnthropicClient } from "./anthropic.ts";
import { endingOf, ModelFailure } from "./failure.ts";
import type { ModelRequest } from "./model-client.ts";
import {
  type Heard,
  messageEvents,
  type Service,
  sayEvents,
  sayJson,
  startService,
} from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};
const JWT = "header.claims-of-the-job.signature";

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

interface Served {
  /** Answers an exchange; its number, from 0. */
  readonly exchange?: (response: ServerResponse, heard: Heard, number: number) => void;
  /** Answers a request for a message; its number, from 0. */
  readonly message?: (response: ServerResponse, number: number) => void;
  readonly token?: () => Promise<string>;
  readonly mask?: (secret: string) => void;
}

const granted = (response: ServerResponse, _: Heard, number: number) =>
  sayJson(response, 200, {
    access_token: `granted-token-${number}`,
    expires_in: 3_600,
    token_type: "Bearer",
  });
const hello = { start: { type: "text", text: "" }, deltas: [{ type: "text_delta", text: "hi" }] };
const answered = (response: ServerResponse) => sayEvents(response, messageEvents([hello], "end_turn"));

async function serve({ exchange = granted, message = answered, token, mask }: Served = {}) {
  const counts = new Map<string, number>();
  const service = await startService((response, heard) => {
    const number = counts.get(heard.path) ?? 0;
    counts.set(heard.path, number + 1);
    if (heard.path === "/v1/oauth/token") exchange(response, heard, number);
    else message(response, number);
  });
  services.push(service);
  let asked = 0;
  const client = createAnthropicClient({
    baseUrl: service.url,
    identity: {
      federationRuleId: "fdrl_1",
      organizationId: "org-1",
      workspaceId: "wrkspc_1",
      token: token ?? (async () => `${JWT}${asked++}`),
      ...(mask ? { mask } : {}),
    },
    maxRetries: 2,
    wait: async () => {},
  });
  return { client, heard: service.heard, paths: () => service.heard.map(({ path }) => path) };
}

async function failureOf(served: Served) {
  const { client, paths } = await serve(served);
  const failure = await client.complete(REQUEST).catch((error: unknown) => error);
  if (!(failure instanceof ModelFailure)) throw failure;
  expect(failure.message).not.toMatch(/claims-of-the-job|granted-token/);
  return { failure, paths: paths() };
}

describe("workload identity", () => {
  test("exchanges the job's token once, and asks with what it got", async () => {
    const { client, heard, paths } = await serve();
    expect((await client.complete(REQUEST)).text).toBe("hi");
    expect((await client.complete(REQUEST)).text).toBe("hi");
    expect(paths()).toEqual(["/v1/oauth/token", "/v1/messages", "/v1/messages"]);
    expect(heard[0]?.body).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: `${JWT}0`,
      federation_rule_id: "fdrl_1",
      organization_id: "org-1",
      workspace_id: "wrkspc_1",
    });
    for (const { headers } of heard.slice(1)) {
      expect(headers.authorization).toBe("Bearer granted-token-0");
      expect(headers["anthropic-beta"]).toMatch(/oauth/);
      expect(headers["x-api-key"]).toBeUndefined();
    }
  });

  test("has every token masked, the job's own and the granted one", async () => {
    const masked: string[] = [];
    const { client } = await serve({ mask: (secret) => void masked.push(secret) });
    await client.complete(REQUEST);
    expect(masked).toEqual([`${JWT}0`, "granted-token-0"]);
  });

  test("a token that is about to expire is exchanged anew before the next request", async () => {
    const exchange = (response: ServerResponse, _: Heard, number: number) =>
      sayJson(response, 200, {
        access_token: `granted-token-${number}`,
        expires_in: number === 0 ? 20 : 3_600,
        token_type: "Bearer",
      });
    const { client, heard, paths } = await serve({ exchange });
    for (let times = 0; times < 3; times += 1) await client.complete(REQUEST);
    expect(paths().filter((path) => path === "/v1/oauth/token")).toHaveLength(2);
    expect(heard.at(-1)?.headers.authorization).toBe("Bearer granted-token-1");
  });

  test("comes before a key of the environment", async () => {
    const saved = process.env.ANTHROPIC_API_KEY;
    process.env.ANTHROPIC_API_KEY = "key-of-the-environment";
    try {
      const { client, heard } = await serve();
      await client.complete(REQUEST);
      expect(JSON.stringify(heard.map(({ headers }) => headers))).not.toContain("key-of-the-environment");
    } finally {
      if (saved === undefined) delete process.env.ANTHROPIC_API_KEY;
      else process.env.ANTHROPIC_API_KEY = saved;
    }
  });

  test("exchanges anew when the token was taken back", async () => {
    const message = (response: ServerResponse, number: number) =>
      number === 1 ? sayJson(response, 401, { error: { message: "revoked" } }) : answered(response);
    const { client, heard, paths } = await serve({ message });
    await client.complete(REQUEST);
    await client.complete(REQUEST);
    expect(paths()).toEqual([
      "/v1/oauth/token",
      "/v1/messages",
      "/v1/messages",
      "/v1/oauth/token",
      "/v1/messages",
    ]);
    expect(heard[3]?.body.assertion).toBe(`${JWT}1`);
    expect(heard[4]?.headers.authorization).toBe("Bearer granted-token-1");
  });

  test("that does not fit the rule is an authentication failure that says so", async () => {
    const exchange = (response: ServerResponse, heard: Heard) => {
      // A careless endpoint: it gives back what it was sent.
      response.writeHead(401, { "content-type": "text/plain" }).end(`not accepted: ${heard.text}`);
    };
    const { failure, paths } = await failureOf({ exchange });
    expect(failure.kind).toBe("authentication");
    expect(failure.message).toMatch(/identity was not accepted.*401.*id-token: write.*federation rule/s);
    expect(paths).toEqual(["/v1/oauth/token"]);
  });

  test.each<[string, () => Promise<string>]>([
    ["cannot be had", () => Promise.reject(new Error("ACTIONS_ID_TOKEN_REQUEST_URL is not set"))],
    ["is empty", async () => ""],
  ])("whose token %s is an authentication failure", async (_, token) => {
    const { failure, paths } = await failureOf({ token });
    expect(failure.message).toMatch(
      /token could not be obtained \((?:ACTIONS_ID_TOKEN|it is empty).*id-token: write/s,
    );
    expect([failure.kind, paths]).toEqual(["authentication", []]);
  });

  test("is tried again while the exchange is overloaded, then named", async () => {
    const { failure, paths } = await failureOf({
      exchange: (response) => sayJson(response, 503, { error: "busy" }),
    });
    expect([failure.kind, endingOf(failure.kind), paths.length]).toEqual(["overloaded", "overloaded", 3]);
    const busyOnce = await serve({
      exchange: (response, heard, number) =>
        number === 0 ? sayJson(response, 503, { error: "busy" }) : granted(response, heard, number),
    });
    expect((await busyOnce.client.complete(REQUEST)).text).toBe("hi");
  });

  test("whose exchange hangs is given up when the job is stopped", async () => {
    const stop = new AbortController();
    const { client } = await serve({ exchange: () => stop.abort() });
    const failure = await client
      .complete({ ...REQUEST, signal: stop.signal })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "aborted" });
  });

  test("sends no token over an open line", async () => {
    const identity = { federationRuleId: "f", organizationId: "o", token: async () => JWT };
    const client = createAnthropicClient({ baseUrl: "http://gateway.invalid", identity, maxRetries: 0 });
    await expect(client.complete(REQUEST)).rejects.toThrow(/non-https/);
  });
});
