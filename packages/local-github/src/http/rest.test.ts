import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, field, number, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  world.expectErrors((entry) => entry.unknownRoute || entry.status === 400);
  one = await world.repository({ "a.txt": "a" });
});

afterAll(() => world.close());

const last = () => world.local.journal.at(-1);

describe("what is refused before any route", () => {
  test.each([
    ["GET", "/nothing/here"],
    ["PUT", "/repos/acme/repo1/pulls/1/merge-later"],
    ["DELETE", "/repos/acme/repo1"],
    ["GET", "/repos/acme/repo1/no-such-thing"],
    ["OPTIONS", "/repos/acme/repo1"],
  ])("an unknown route, and the journal says so: %s %s", async (method, path) => {
    const reply = await world.api(world.owner, method, path, method === "GET" ? undefined : {});
    expect([reply.status, field(reply, "message")]).toEqual([404, "Not Found"]);
    expect(last()).toMatchObject({ unknownRoute: true, route: null, status: 404, actor: "acme" });
  });

  test("an unknown path outside of the API", async () => {
    expect((await fetch(`${world.local.url}/somewhere`)).status).toBe(404);
    expect(last()).toMatchObject({ unknownRoute: true });
  });

  test.each(["{", "[1,", "nonsense", "7", '"text"', "null"])(
    "a body that is no JSON object: %s",
    async (body) => {
      const before = world.events.length;
      expect((await one.api("POST", "/issues", body)).status).toBe(400);
      expect(world.events).toHaveLength(before);
    },
  );

  test("bad credentials, also where nobody would be asked for any", async () => {
    for (const authorization of ["token nope", "Bearer nope", "Basic bm9wZTpub3Bl", "nonsense"]) {
      const reply = await world.api(null, "GET", one.path, undefined, { authorization });
      expect([authorization, reply.status, field(reply, "message")]).toEqual([
        authorization,
        401,
        "Bad credentials",
      ]);
    }
  });

  test("a write of nobody", async () => {
    expect((await world.api(null, "POST", `${one.path}/issues`, { title: "x" })).status).toBe(401);
    expect((await world.api(null, "GET", one.path)).status).toBe(200);
  });

  test.each([
    ["a title that is missing", { body: "x" }],
    ["labels that are no list", { title: "x", labels: "bug" }],
    ["a body that is no text", { title: "x", body: 7 }],
  ])("%s: 422, and the journal knows that the client was wrong", async (_, body) => {
    world.expectErrors((entry) => entry.unknownRoute || entry.status === 400 || entry.status === 422);
    const reply = await one.api("POST", "/issues", body);
    expect(reply.status).toBe(422);
    expect(last()?.errors).not.toEqual([]);
  });
});

describe("every form of a token is understood", () => {
  test.each(["token", "Bearer", "bearer"])("%s", async (scheme) => {
    const reply = await world.api(null, "GET", "/user", undefined, {
      authorization: `${scheme} ${world.owner}`,
    });
    expect(field(reply, "login")).toBe("acme");
  });

  test("Basic", async () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    for (const text of [`x-access-token:${world.owner}`, `${world.owner}:x-oauth-basic`, `${world.owner}:`]) {
      const reply = await world.api(null, "GET", "/user", undefined, { authorization: basic(text) });
      expect(field(reply, "login")).toBe("acme");
    }
  });
});

describe("lists", () => {
  let issue: number;
  let sha: string;
  beforeAll(async () => {
    sha = await one.head("main");
    const made = await Promise.all(
      Array.from({ length: 7 }, (_, at) =>
        one.api("POST", "/issues", { title: `list ${at}`, labels: ["listed"] }),
      ),
    );
    issue = number(made[0], "number");
    const { token } = world.job(one.name, WRITE);
    for (let at = 0; at < 7; at++) {
      await one.api("POST", `/issues/${issue}/comments`, { body: `${at}` });
      await world.api(token, "POST", `${one.path}/check-runs`, { name: `check ${at}`, head_sha: sha });
    }
  });

  const links = (header: string | null) =>
    Object.fromEntries(
      [...(header ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url = "", rel = ""]) => [rel, url]),
    );

  /** Follows `next` to the end; the lengths of the pages. */
  async function follow(path: string, key?: string): Promise<number[]> {
    const pages: number[] = [];
    for (let at: string | undefined = `${one.path}${path}`; at; ) {
      const reply = await world.api(world.owner, "GET", at);
      const list = key ? field(reply, key) : reply.body;
      pages.push(Array.isArray(list) ? list.length : -1);
      at = links(reply.headers.get("link")).next?.slice(world.local.apiUrl.length);
    }
    return pages;
  }

  test("have pages that lead to each other", async () => {
    expect(await follow("/issues?labels=listed&per_page=3")).toEqual([3, 3, 1]);
    expect(await follow(`/issues/${issue}/comments?per_page=3`)).toEqual([3, 3, 1]);
    expect(await follow(`/commits/${sha}/check-runs?per_page=4`, "check_runs")).toEqual([4, 3]);
    expect(await follow("/issues?labels=listed")).toEqual([7]);
    const middle = links(
      (await one.api("GET", "/issues?labels=listed&per_page=3&page=2")).headers.get("link"),
    );
    const page = (rel: string) => new URL(middle[rel] ?? "").searchParams.get("page");
    expect([page("prev"), page("next"), page("last"), page("first")]).toEqual(["1", "3", "3", "1"]);
    expect(new URL(middle.next ?? "").searchParams.get("labels")).toBe("listed");
  });

  test("beyond the end are empty, and of 100 at most", async () => {
    expect((await one.api("GET", "/issues?per_page=3&page=99")).body).toEqual([]);
    const checks = await one.api("GET", `/commits/${sha}/check-runs?per_page=1&page=50`);
    expect(checks.body).toMatchObject({ total_count: 7, check_runs: [] });
  });

  test("not modified since: 304, without a body and without counting", async () => {
    const first = await one.api("GET", `/issues/${issue}`);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"/);
    const ask = () =>
      world.api(world.owner, "GET", `${one.path}/issues/${issue}`, undefined, { "if-none-match": etag });
    const same = await ask();
    expect([same.status, same.body]).toEqual([304, undefined]);
    expect(same.headers.get("x-ratelimit-used")).toBe(first.headers.get("x-ratelimit-used"));
    await one.api("PATCH", `/issues/${issue}`, { title: "changed" });
    expect((await ask()).status).toBe(200);
  });
});

describe("rate limits", () => {
  const used = (reply: { headers: Headers }) => Number(reply.headers.get("x-ratelimit-used"));

  test("are counted for each person, and for a repository's jobs together", async () => {
    const person = world.local.mintUserToken("counted");
    const first = await world.api(person, "GET", one.path);
    const second = await world.api(person, "GET", one.path);
    expect(used(second)).toBe(used(first) + 1);
    expect([first.headers.get("x-ratelimit-limit"), first.headers.get("x-ratelimit-resource")]).toEqual([
      "5000",
      "core",
    ]);
    const [a, b] = [world.job(one.name, WRITE).token, world.job(one.name, WRITE).token];
    const byA = await world.api(a, "GET", one.path);
    expect(byA.headers.get("x-ratelimit-limit")).toBe("1000");
    expect(used(await world.api(b, "GET", one.path))).toBe(used(byA) + 1);
    expect(Number(byA.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    // Asking where one stands is free.
    const stand = await world.api(a, "GET", "/rate_limit");
    expect([field(stand, "rate.used"), used(stand)]).toEqual([used(byA) + 1, used(byA) + 1]);
  });

  test("are enforced when asked for, until the window ends", async () => {
    let clock = Date.parse("2026-01-02T03:04:05Z");
    const strict = await createWorld({
      now: () => new Date(clock),
      rateLimit: { enforce: true, hourMs: 60_000, limits: { job: 3 } },
    });
    const repository = await strict.repository({ "a.txt": "a" });
    const { token } = strict.job(repository.name, WRITE);
    const ask = () => strict.api(token, "POST", `${repository.path}/issues`, { title: "x" });
    const replies = [await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 403, 403]);
    expect(field(replies[3], "message")).toMatch(/^API rate limit exceeded for installation ID \d+\./);
    expect(replies.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual([
      "2",
      "1",
      "0",
      "0",
      "0",
    ]);
    // Another repository has a budget of its own, and so have people.
    expect((await strict.api(strict.owner, "GET", repository.path)).status).toBe(200);
    clock = Number(replies[3]?.headers.get("x-ratelimit-reset")) * 1000;
    expect((await ask()).status).toBe(201);
    await strict.close();
  });
});

test("the journal tells who asked for what, and what came back", async () => {
  const { token, runId, jobId } = world.job(one.name, WRITE);
  await world.api(token, "POST", `${one.path}/issues`, { title: "journaled" });
  expect(last()).toMatchObject({
    kind: "rest",
    method: "POST",
    path: `/api/v3${one.path}/issues`,
    route: "/repos/{owner}/{repo}/issues",
    status: 201,
    actor: "github-actions[bot]",
    tokenKind: "job",
    runId,
    jobId,
    requestBody: { title: "journaled" },
    responseBody: { title: "journaled" },
    errors: [],
  });
  expect(world.local.journal.map(({ index }) => index)).toEqual(world.local.journal.map((_, at) => at));
});

test("a listener that throws harms no request", async () => {
  const seen: string[] = [];
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(warning.message);
  process.on("warning", onWarning);
  const offs = [
    world.local.events.on("request", () => {
      throw new Error("listener");
    }),
    world.local.events.on("request", (entry) => void seen.push(entry.path)),
  ];
  expect((await one.api("GET", "")).status).toBe(200);
  for (const off of offs) off();
  expect((await one.api("GET", "")).status).toBe(200);
  process.off("warning", onWarning);
  expect(seen).toHaveLength(1);
});
