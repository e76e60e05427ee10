import { afterEach, describe, expect, test } from "@jest/globals";
import { createWorld, field, type TestRepository, text, type World, WRITE } from "../../testing/world.ts";
import type { RateLimits } from "../index.ts";

const START = Date.parse("2026-11-20T10:00:00.400Z");

let world: World;
let one: TestRepository;
let clock = START;

afterEach(() => world.close());

async function start(limits: Partial<RateLimits> = {}, hourMs?: number): Promise<void> {
  clock = START;
  world = await createWorld({
    now: () => new Date(clock),
    rateLimit: { enforce: true, limits, ...(hourMs === undefined ? {} : { hourMs }) },
  });
  one = await world.repository({ "a.txt": "a" });
}

const job = () => world.job(one.name, WRITE).token;
const issue = (token: string) => world.api(token, "POST", `${one.path}/issues`, { title: "t" });
const read = (token: string | null) => world.api(token, "GET", one.path);
const header = (reply: { headers: Headers }, name: string) => reply.headers.get(name);

describe("the hourly budget", () => {
  test("is the published one for each identity", async () => {
    await start();
    world.local.createApp({ slug: "an-app", installedOn: [`acme/${one.name}`] });
    const limits = [];
    for (const token of [job(), world.local.mintAppToken("an-app", one.at), world.owner, null]) {
      limits.push(header(await read(token), "x-ratelimit-limit"));
    }
    expect(limits).toEqual(["1000", "5000", "5000", "60"]);
  });

  test("refuses beyond it, names who and until when, and counts no refusal", async () => {
    await start({ app: 2 }, 60_000);
    world.local.createApp({ slug: "an-app", installedOn: [`acme/${one.name}`] });
    const token = world.local.mintAppToken("an-app", one.at);
    const replies = [await read(token), await read(token), await read(token)];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 403]);
    const last = replies[2];
    if (!last) throw new Error("no reply");
    expect(text(last, "message")).toMatch(/^API rate limit exceeded for installation ID \d+\./);
    expect([
      header(last, "x-ratelimit-remaining"),
      header(last, "x-ratelimit-used"),
      header(last, "retry-after"),
    ]).toEqual(["0", "2", null]);
    // An hour of sixty seconds, from 0.4 s after the full second: rounded up.
    expect(header(last, "x-ratelimit-reset")).toBe(String(Math.ceil((START + 60_000) / 1000)));
    expect((await world.api(token, "GET", "/rate_limit")).status).toBe(200);
    clock = Number(header(last, "x-ratelimit-reset")) * 1000;
    expect((await read(token)).status).toBe(200);
    expect(world.local.refusals()).toMatchObject({ primary: 1, points: 0 });
    expect(world.local.journal.filter(({ refused }) => refused)).toMatchObject([
      { status: 403, refused: "primary" },
    ]);
  });

  test("is not touched by what was not modified, by git, or by credentials that nobody has", async () => {
    await start({ user: 3 });
    const first = await read(world.owner);
    const etag = header(first, "etag") ?? "";
    const again = await world.api(world.owner, "GET", one.path, undefined, { "if-none-match": etag });
    expect([again.status, header(again, "x-ratelimit-used")]).toEqual([304, "1"]);
    const remote = `${one.url(world.owner)}/info/refs?service=git-upload-pack`;
    const { pathname, search, origin } = new URL(remote);
    const authorization = `Basic ${Buffer.from(`x:${world.owner}`).toString("base64")}`;
    expect((await fetch(`${origin}${pathname}${search}`, { headers: { authorization } })).status).toBe(200);
    expect((await read("ghp_nobody")).status).toBe(401);
    expect(header(await read(world.owner), "x-ratelimit-used")).toBe("2");
  });
});

describe("secondary limits", () => {
  test("points a minute: reads count 1, writes 5", async () => {
    await start({ points: 7 }, 60_000);
    const token = job();
    expect([(await read(token)).status, (await issue(token)).status]).toEqual([200, 201]);
    const refused = await issue(token);
    expect([refused.status, header(refused, "retry-after")]).toEqual([403, "1"]);
    expect(text(refused, "message")).toMatch(/^You have exceeded a secondary rate limit\. Please wait/);
    expect(text(refused, "documentation_url")).toContain("secondary-rate-limits");
    expect((await read(token)).status).toBe(200);
    expect((await read(token)).status).toBe(403);
    // Another identity is not held back, and a minute of one second is soon over.
    expect((await issue(world.owner)).status).toBe(201);
    clock += 1000;
    expect((await issue(token)).status).toBe(201);
    expect(world.local.refusals()).toMatchObject({ points: 2, primary: 0 });
  });

  test("content a minute and an hour: what creates none goes on", async () => {
    await start({ contentPerMinute: 2, contentPerHour: 3 }, 60_000);
    const token = job();
    const number = field(await issue(token), "number");
    await issue(token);
    const refused = await issue(token);
    expect([refused.status, header(refused, "retry-after")]).toEqual([403, "1"]);
    expect(text(refused, "message")).toContain("temporarily blocked from content creation");
    const labels = await world.api(token, "POST", `${one.path}/issues/${number}/labels`, { labels: ["bug"] });
    expect(labels.status).toBe(200);
    clock += 1000;
    expect((await issue(token)).status).toBe(201);
    const hour = await issue(token);
    expect([hour.status, header(hour, "retry-after")]).toEqual([403, "59"]);
    clock += 59_000;
    expect((await issue(token)).status).toBe(201);
    expect(world.local.refusals()).toMatchObject({ "content-minute": 1, "content-hour": 1 });
  });

  test("requests at once", async () => {
    await start({ concurrent: 2 });
    const token = job();
    const merges = await Promise.all(Array.from({ length: 12 }, () => read(token)));
    const refused = merges.filter(({ status }) => status === 429);
    expect(merges.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(world.local.refusals().concurrent).toBe(refused.length);
    expect(refused.every((reply) => header(reply, "retry-after") === "60")).toBe(true);
    expect((await read(token)).status).toBe(200);
  });

  test("only count when they are not enforced", async () => {
    world = await createWorld({ rateLimit: { limits: { job: 1, contentPerMinute: 1 } } });
    one = await world.repository({ "a.txt": "a" });
    const token = job();
    expect([(await issue(token)).status, (await issue(token)).status]).toEqual([201, 201]);
  });
});
