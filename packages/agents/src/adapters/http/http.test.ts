import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AgentTask, ChangedFile } from "@slipway/model";
import type { Repository } from "../../testing/world.ts";
import type { ExecutorWorld } from "../executor.ts";
import { type Answer, openService, type Received, SECRET, type Service } from "../testing/service.ts";
import { openRepository, pathsOf, recordOf, taskFor } from "../testing/task.ts";
import { type HttpExecutorOptions, httpExecutor } from "./http.ts";

const GREETS: ChangedFile = {
  status: "written",
  path: "greet.mjs",
  mode: "100644",
  encoding: "utf-8",
  content: "export const greet = (name) => name;\n",
};

describe("the executor http", () => {
  let repository: Repository;
  let service: Service | undefined;
  let waits: number[] = [];
  beforeEach(async () => {
    repository = await openRepository();
    waits = [];
  });
  afterEach(async () => {
    await service?.close();
    await repository.remove();
  });

  const done = (more: object = {}) => ({
    kind: "agent-result",
    version: 1,
    runId: "r-20261121-abc123",
    nodeId: "T1",
    startSha: repository.sha,
    outcome: "finished",
    title: "Greet by name.",
    summary: "Done for @octocat.",
    changes: [GREETS],
    usage: { model: "m", inputTokens: 3, outputTokens: 4 },
    ...more,
  });
  const run = async (
    respond: (request: Received, count: number) => Answer | Promise<Answer>,
    more: Partial<HttpExecutorOptions> = {},
    constraints: Partial<AgentTask["constraints"]> = {},
    world: Partial<ExecutorWorld> = {},
  ) => {
    service = await openService(respond);
    return httpExecutor({
      base: service.base,
      name: "coder",
      secret: SECRET,
      // Waits are looked at; they cost nothing.
      wait: async (ms) => {
        waits.push(ms);
      },
      ...more,
    }).execute(taskFor(repository, constraints), { workDir: repository.dir, ...world });
  };
  const requests = () => service?.received.map(({ method, path }) => `${method} ${path}`);

  test("200: the change is applied and collected, the request is signed and has its key", async () => {
    const result = await run(() => ({
      status: 200,
      body: done({
        notes: ["look"],
        commits: [{ type: "feat", subject: "Greet", paths: ["greet.mjs"] }],
        artifactsOut: [
          { name: "trajectory.jsonl", mediaType: "application/x-ndjson", text: "{}\n" },
          { name: "log.txt", mediaType: "text/plain", text: "l" },
        ],
      }),
    }));
    expect(result).toMatchObject({
      executor: "http",
      outcome: "finished",
      ending: "submitted",
      title: "Greet by name",
      changes: [GREETS],
      refused: [],
      notes: ["look"],
      commits: [{ type: "feat", scope: null, subject: "greet", body: "", paths: ["greet.mjs"] }],
      usage: { model: "m", calls: 1, inputTokens: 3, outputTokens: 4 },
    });
    expect(result.artifactsOut.map(({ name }) => name)).toEqual([
      "trajectory.jsonl",
      "adapter-trajectory.jsonl",
      "log.txt",
    ]);
    expect(recordOf(result).map(({ type }) => type)).toEqual(["start", "exchange", "end"]);
    const [request] = service?.received ?? [];
    expect(request).toMatchObject({ method: "POST", path: "/adapters/coder/execute", problem: null });
    expect(request?.headers["idempotency-key"]).toBe("r-20261121-abc123.execute.T1.1");
    expect(request?.json).toEqual({
      kind: "execute-request",
      version: 1,
      task: taskFor(repository),
      bundle: null,
      earlier: null,
      callbackUrl: null,
    });
  });

  test("202: the result is asked for at its Location, as often and as slowly as the service wishes", async () => {
    const result = await run(({ method }, count) => {
      if (method === "POST") return { status: 202, headers: { location: "/jobs/7?x=1", "retry-after": "3" } };
      if (count === 2) return { status: 202 };
      if (count === 3) return { status: 502 };
      return { status: 200, body: done() };
    });
    expect(result).toMatchObject({ outcome: "finished", changes: [GREETS] });
    expect(requests()).toEqual(["POST /adapters/coder/execute", ...Array(3).fill("GET /jobs/7?x=1")]);
    expect(service?.received.every(({ problem }) => problem === null)).toBe(true);
    expect(waits).toEqual([3_000, 1_500, 2_250]);
  });

  test("a request that is tried again is the same request", async () => {
    const result = await run((_request, count) =>
      count < 3 ? { status: 500 } : { status: 200, body: done() },
    );
    expect(result.outcome).toBe("finished");
    const keys = new Set(
      service?.received.map(({ headers, body }) => `${headers["idempotency-key"]} ${body}`),
    );
    expect([service?.received.length, keys.size]).toEqual([3, 1]);
    expect(new Set(service?.received.map(({ headers }) => headers["slipway-nonce"])).size).toBe(3);
  });

  test("stopped by time or from outside, the service is told, and the work so far is kept", async () => {
    const respond = ({ method }: Received): Answer =>
      method === "POST"
        ? { status: 202, headers: { location: "/jobs/7" } }
        : { status: method === "GET" ? 202 : 204 };
    const paused = new AbortController();
    const wait = async () => {
      await repository.write({ "begun.txt": "1\n" });
      paused.abort();
    };
    const late = await run(respond, { wait }, {}, { signal: paused.signal });
    expect(late).toMatchObject({ outcome: "unfinished", ending: "interrupted" });
    expect(pathsOf(late)).toEqual(["begun.txt"]);
    expect(requests()).toEqual(["POST /adapters/coder/execute", "DELETE /jobs/7"]);
    await service?.close();
    const controller = new AbortController();
    const hangs = () => {
      controller.abort();
      return new Promise<Answer>(() => {});
    };
    const cut = await run(
      ({ method }) => (method === "POST" ? hangs() : { status: 404 }),
      {},
      {},
      { signal: controller.signal },
    );
    expect(cut).toMatchObject({ ending: "interrupted", reason: "The job was asked to stop." });
    expect(requests()).toEqual(["POST /adapters/coder/execute", "DELETE /adapters/coder/execute"]);
    await service?.close();
    const out = await run(() => ({ status: 202, headers: { location: "/jobs/7" } }), {}, { seconds: 1 });
    expect(out).toMatchObject({ ending: "time", reason: "The time limit of 1 s was reached." });
  });

  test("an unfinished result ends as it says, with its work", async () => {
    const body = done({ outcome: "unfinished", ending: "tokens", reason: "The budget is spent." });
    expect(await run(() => ({ status: 200, body }))).toMatchObject({
      outcome: "unfinished",
      ending: "tokens",
      reason: "The budget is spent.",
      changes: [GREETS],
    });
  });

  test("the task's commands decide here too", async () => {
    const result = await run(
      () => ({ status: 200, body: done() }),
      {},
      { commands: ["grep -q Ada greet.mjs"] },
    );
    expect(result).toMatchObject({ outcome: "unfinished", ending: "submitted", changes: [GREETS] });
    expect(result.reason).toContain("exit code 1");
  });

  const big = "x".repeat(50_000);
  test.each<[string, Answer, string, RegExp, number]>([
    ["401", { status: 401, body: "who are you" }, "authentication", /answered 401: who are you/, 1],
    ["404", { status: 404 }, "invalid-request", /answered 404/, 1],
    ["429", { status: 429, headers: { "retry-after": "7" } }, "rate-limited", /answered 429/, 4],
    ["500", { status: 500 }, "executor-failed", /answered 500/, 4],
    ["529", { status: 529 }, "overloaded", /answered 529/, 4],
    [
      "204",
      { status: 204, tamper: (response) => Boolean(response.end()) },
      "executor-failed",
      /not taken|answered 204/,
      1,
    ],
    [
      "a cut answer",
      {
        status: 200,
        tamper: (response, body) => {
          response.setHeader("content-length", body.length + 100);
          response.write(body);
          setTimeout(() => response.destroy(), 20);
          return true;
        },
      },
      "connection",
      /The adapter: /,
      4,
    ],
    ["garbage", { status: 200, body: "<html>" }, "executor-failed", /no JSON/, 1],
    ["the wrong shape", { status: 200, body: { kind: "agent-result" } }, "executor-failed", /wrong shape/, 1],
    ["too much", { status: 200, body: big }, "executor-failed", /more than 40000 bytes/, 1],
    [
      "a wrong signature",
      { status: 200, body: {}, secret: "another" },
      "executor-failed",
      /signature is wrong/,
      1,
    ],
    [
      "an old answer",
      { status: 200, body: {}, timestamp: 1_700_000_000 },
      "executor-failed",
      /300 s away/,
      1,
    ],
    [
      "an answer to another request",
      { status: 200, headers: { "slipway-nonce": "n" } },
      "executor-failed",
      /signature is wrong/,
      1,
    ],
    ["202 without a Location", { status: 202 }, "executor-failed", /without a Location/, 1],
    [
      "202 with a Location elsewhere",
      { status: 202, headers: { location: "http://169.254.169.254/x" } },
      "executor-failed",
      /only http:\/\/127/,
      1,
    ],
    [
      "a redirection elsewhere",
      { status: 307, headers: { location: "http://localhost:1/x" } },
      "executor-failed",
      /redirects: it leads to http:\/\/localhost:1/,
      1,
    ],
    [
      "a redirection that changes the method",
      { status: 303, headers: { location: "/x" } },
      "executor-failed",
      /303/,
      1,
    ],
    [
      "a redirection without end",
      { status: 308, headers: { location: "/x" } },
      "executor-failed",
      /more than 3/,
      4,
    ],
  ])("%s ends in its name", async (_what, answer, ending, reason, count) => {
    const result = await run(() => answer, { responseBytes: 40_000 });
    expect(result).toMatchObject({ outcome: "unfinished", ending, changes: [], commits: [] });
    expect(result.reason).toMatch(reason);
    expect(service?.received).toHaveLength(count);
    if (answer.status === 429) expect(waits).toEqual([7_000, 7_000, 7_000]);
  });

  test.each<[string, object, RegExp]>([
    ["another commit", { startSha: "b".repeat(40) }, /made on b{40}/],
    ["another node", { nodeId: "T2" }, /is of r-20261121-abc123 T2/],
    ["changes and a patch", { patch: "" }, /either changes or patch/],
    ["unfinished without an ending", { outcome: "unfinished" }, /what ended it/],
  ])("a result of %s is not applied, and kept for a person", async (_what, more, reason) => {
    const result = await run(() => ({ status: 200, body: done(more) }));
    expect(result).toMatchObject({ outcome: "unfinished", ending: "executor-failed", changes: [] });
    expect(result.reason).toMatch(reason);
    expect(result.artifactsOut[1]).toMatchObject({
      name: "answer.txt",
      text: expect.stringContaining("export const"),
    });
  });

  test("nobody there, nobody answering in time", async () => {
    const gone = await openService(() => ({ status: 200 }));
    await gone.close();
    expect(await run(() => ({ status: 200 }), { base: gone.base })).toMatchObject({
      ending: "connection",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
    await service?.close();
    const slow = await run(() => new Promise<Answer>(() => {}), { requestSeconds: 0.2 });
    expect(slow).toMatchObject({ ending: "timeout", reason: expect.stringContaining("within 0.2 s") });
  });

  test("the tree comes along when asked for, up to a limit that is named", async () => {
    await run(() => ({ status: 200, body: done() }), { bundle: true });
    const bundle = service?.received[0]?.json.bundle;
    expect(bundle).toMatchObject({ ref: "refs/heads/start", encoding: "base64" });
    await repository.write({ "ignored/tree.bundle": Buffer.from(bundle?.content ?? "", "base64") });
    await repository.git("clone", "-q", "-b", "start", "ignored/tree.bundle", "ignored/clone");
    expect(await repository.git("-C", "ignored/clone", "rev-parse", "HEAD", "HEAD^{tree}")).toBe(
      `${bundle?.commit}\n${bundle?.tree}`,
    );
    expect(await repository.git("rev-parse", `${repository.sha}^{tree}`)).toBe(bundle?.tree);
    await service?.close();
    const refused = await run(() => ({ status: 200 }), { bundle: true, bundleBytes: 100 });
    expect(refused).toMatchObject({
      ending: "invalid-request",
      reason: expect.stringContaining("limit is 100"),
    });
    expect(service?.received).toHaveLength(0);
  });

  test("without a secret nothing is signed and nothing has to be; headers are sent and masked", async () => {
    const headers = { Authorization: "Bearer abcdefghijkl" };
    const result = await run(
      ({ headers: sent }) => ({
        status: 200,
        body: done({ summary: `got ${sent.authorization}` }),
        secret: "none",
      }),
      { secret: null, headers },
    );
    expect(result).toMatchObject({ outcome: "finished", summary: "got ***" });
    expect(service?.received[0]?.headers["slipway-signature"]).toBeUndefined();
  });

  test.each<[string, Partial<HttpExecutorOptions>, RegExp]>([
    ["http to elsewhere", { base: "http://adapters.example.com" }, /not encrypted/],
    ["a file", { base: "file:///etc" }, /no transport/],
    ["a password in the address", { base: "https://a:b@example.com" }, /name or password/],
    ["a query", { base: "https://example.com/?a=b" }, /no query/],
    ["a path for a name", { name: "../x" }, /no adapter's name/],
    ["no address", { base: "adapters" }, /no address/],
  ])("%s is refused before anything is sent", (_what, wrong, reason) => {
    expect(() => httpExecutor({ base: "https://example.com", name: "a", ...wrong })).toThrow(reason);
    expect(() =>
      httpExecutor({ base: "http://adapters.internal/x/", name: "a", allowHttp: true }),
    ).not.toThrow();
  });
});
