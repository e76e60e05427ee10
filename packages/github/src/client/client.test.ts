import { afterEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { type Answer, type ScriptedServer, type Seen, scripted } from "../../testing/http.ts";
import { ensure } from "./ensure.ts";
import { isUnclear, LimitReachedError, statusOf } from "./errors.ts";

const at = { owner: "octo", repo: "clock" };
const ok = { status: 200, body: { number: 7, id: 70, title: "t", state: "open", labels: [] } };
let server: ScriptedServer;
afterEach(() => server.close());

const get = () =>
  server.github.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
    ...at,
    issue_number: 7,
  });
const post = () => server.github.octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, title: "t" });
const series =
  (...answers: Answer[]) =>
  (_: Seen, index: number) =>
    answers[index] ?? ok;

describe("the client", () => {
  test("sends token, agent and API version, and counts by route", async () => {
    server = await scripted(() => ok);
    await get();
    await get();
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: "token secret-token",
      "x-github-api-version": "2022-11-28",
    });
    expect(server.seen[0]?.headers["user-agent"]).toContain("slipway-test");
    expect(server.github.requests).toBe(2);
    expect([...server.github.requestsByRoute]).toEqual([
      ["GET /repos/{owner}/{repo}/issues/{issue_number}", 2],
    ]);
  });

  test.each<[string, Answer]>([
    ["a server error", { status: 502, body: { message: "Bad gateway" } }],
    ["a cut connection", "cut"],
    ["an answer that ends early", { status: 200, raw: '{"number": 7, "tit' }],
  ])("repeats a read after %s", async (_, failure) => {
    server = await scripted(series(failure, failure, ok));
    expect((await get()).data.number).toBe(7);
    expect(server.seen).toHaveLength(3);
  });

  test("gives up on a read in the end", async () => {
    server = await scripted(() => ({ status: 503, body: { message: "down" } }));
    await expect(get()).rejects.toMatchObject({ status: 503 });
    expect(server.seen).toHaveLength(5);
  });

  test.each<[string, Answer]>([
    ["a server error", { status: 502, body: { message: "Bad gateway" } }],
    ["a cut connection", "cut"],
  ])("never repeats a POST after %s", async (_, failure) => {
    server = await scripted(series(failure));
    await expect(post()).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
  });

  test.each([405, 409, 422, 404])("does not repeat %i", async (status) => {
    server = await scripted(() => ({ status, body: { message: "no" } }));
    const merge = server.github.octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...at,
      pull_number: 1,
    });
    await expect(merge).rejects.toMatchObject({ status });
    expect(server.seen).toHaveLength(1);
  });

  test("waits as asked when a limit is reached, also before repeating a POST, and says so", async () => {
    server = await scripted(
      series({
        status: 403,
        body: { message: "You have exceeded a secondary rate limit" },
        headers: { "retry-after": "7" },
      }),
    );
    await post();
    expect(server.seen).toHaveLength(2);
    expect(server.clock.waits).toEqual([7_000]);
    expect(server.log.lines.join()).toMatch(/secondary rate limit is reached; waiting 7 s \(7 s so far\)/);
  });

  const used = (reset: string, status = 403): Answer => ({
    status,
    body: status === 200 ? ok.body : { message: "API rate limit exceeded" },
    headers: {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Date.parse(reset) / 1_000),
      "x-ratelimit-resource": "core",
    },
  });

  test("waits for the reset of the hourly limit, and tells how often and how long", async () => {
    server = await scripted(series(used("2026-11-20T10:59:59Z")));
    await get();
    expect(server.clock.waits).toEqual([3_600_000]);
    expect(server.github).toMatchObject({ refused: 1, waitedMs: 3_600_000, requests: 2 });
  });

  test("waits before a request that would be refused", async () => {
    server = await scripted(series(used("2026-11-20T10:30:00Z", 200)));
    await get();
    await get();
    expect(server.clock.waits).toEqual([1_801_000]);
    expect(server.github).toMatchObject({ refused: 0, waitedMs: 1_801_000 });
  });

  test("does not wait for another resource's window, nor takes it for an hour", async () => {
    const search = { "x-ratelimit-resource": "search", "x-ratelimit-remaining": "0" };
    server = await scripted((_, index) => ({
      ...ok,
      headers: {
        ...search,
        "x-ratelimit-reset": String(Date.parse("2026-11-20T10:00:05Z") / 1_000 + index * 5),
      },
    }));
    for (let index = 0; index < 5; index++) {
      await get();
      await server.clock.sleep(5_000);
    }
    expect(server.github.waitedMs).toBe(0);
    for (let index = 0; index < 73; index++) await post();
    expect(server.github.waitedMs).toBeGreaterThan(50_000);
  });

  test("does not wait longer than allowed, and says when and how to go on", async () => {
    server = await scripted(() => used("2026-11-20T10:30:00Z"), { maxWaitMs: 900_000 });
    const error = await get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LimitReachedError);
    expect((error as LimitReachedError).retryAt).toEqual(new Date("2026-11-20T10:30:01Z"));
    expect((error as Error).message).toBe(
      "GET /repos/{owner}/{repo}/issues/{issue_number} was not sent: GitHub's primary rate limit is reached, and room comes at " +
        "2026-11-20T10:30:01Z, longer than the 900 s that one wait may take. What was done stays; run the job again after that time and it goes on from there.",
    );
    expect(server.clock.waits).toEqual([]);
  });

  test("does not wait past a deadline", async () => {
    server = await scripted(() => used("2026-11-20T10:30:00Z"));
    const work = server.github.within(new Date("2026-11-20T10:20:00Z"), get);
    await expect(work).rejects.toThrow("later than this job may wait (2026-11-20T10:20:00Z)");
    await expect(work).rejects.toBeInstanceOf(LimitReachedError);
  });

  test("is not refused for ever", async () => {
    server = await scripted(() => ({ status: 429, headers: { "retry-after": "1" } }));
    await expect(get()).rejects.toThrow(/was refused 21 times/);
    expect(server.github.refused).toBe(21);
  });

  test("a refusal that only a person can lift says how", async () => {
    server = await scripted(() => ({
      status: 403,
      body: { message: "Resource not accessible by integration" },
      headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
    }));
    const error = await post().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toBe(
      "The job's token may not do POST /repos/octo/clock/issues. Give the job `permissions:` with issues: write or pull_requests: write.",
    );
    expect((error as Error).message).not.toContain("secret-token");
  });

  test("a request that hangs is given up and repeated", async () => {
    server = await scripted((_, index) => (index === 0 ? "hang" : ok), { requestTimeoutMs: 200 });
    expect((await get()).data.number).toBe(7);
    expect(server.seen).toHaveLength(2);
  });

  test("follows pages to the end, whatever names the next one, and counts them under their route", async () => {
    server = await scripted((seen, index) => {
      const { searchParams } = new URL(seen.path, "http://x");
      const next = `<http://${seen.headers.host}/repositories/7/labels?per_page=1&after=c${index + 1}>; rel="next"`;
      return {
        status: 200,
        body: [{ name: `${searchParams.get("per_page")} after ${searchParams.get("after")}` }],
        headers: index < 2 ? { link: `<http://x/>; rel="first", ${next}` } : {},
      };
    });
    const route = "GET /repos/{owner}/{repo}/labels" as const;
    const labels = await server.github.octokit.paginate(route, { ...at, per_page: 1 });
    expect(labels.map(({ name }) => name)).toEqual(["1 after null", "1 after c1", "1 after c2"]);
    expect([...server.github.requestsByRoute]).toEqual([[route, 3]]);
  });

  test("finds the list beside its count, and does not take anything else for one", async () => {
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs" as const;
    server = await scripted((_, index) => ({
      status: 200,
      body: index === 0 ? { total_count: 1, check_runs: [{ id: 1 }] } : { message: "Moved" },
    }));
    const runs = () => server.github.octokit.paginate(route, { ...at, ref: "main" });
    expect(await runs()).toEqual([{ id: 1 }]);
    await expect(runs()).rejects.toThrow(`The answer to ${route} holds no list.`);
  });
});

describe("ensure", () => {
  const effect = (there: { value: string | undefined }) => ({
    what: "thing",
    find: async () => there.value,
    create: async () => {
      await post();
      there.value = "made";
      return "made";
    },
  });

  test("makes nothing that is there", async () => {
    server = await scripted(() => ok);
    expect(await ensure(server.github, effect({ value: "old" }))).toEqual({ value: "old", created: false });
    expect(server.seen).toHaveLength(0);
  });

  test("finds what a lost answer has made", async () => {
    server = await scripted(series("cut"));
    const there: { value: string | undefined } = { value: undefined };
    const lost = {
      ...effect(there),
      create: async () => {
        there.value = "made";
        await post();
        return "never";
      },
    };
    expect(await ensure(server.github, lost)).toEqual({ value: "made", created: true });
    expect(server.seen).toHaveLength(1);
  });

  test("makes it again only after looking, and not for ever", async () => {
    server = await scripted(() => "cut");
    let looks = 0;
    const thing = {
      ...effect({ value: undefined }),
      find: async () => {
        looks++;
        return undefined;
      },
    };
    const error = await ensure(server.github, thing).catch((thrown: unknown) => thrown);
    expect(isUnclear(error)).toBe(true);
    expect(server.seen).toHaveLength(3);
    expect(looks).toBe(1 + 3 * 3);
  });

  test("a clear refusal is handed on at once", async () => {
    server = await scripted(() => ({ status: 410, body: { message: "Issues are disabled for this repo" } }));
    const error = await ensure(server.github, effect({ value: undefined })).catch(
      (thrown: unknown) => thrown,
    );
    expect(statusOf(error)).toBe(410);
    expect(server.seen).toHaveLength(1);
  });
});
