import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { column, createWorld, git, type TestRepository, type World, WRITE } from "../../testing/world.ts";
import type { Fault, FaultRequest } from "../index.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});

afterEach(() => world.fault(undefined));

afterAll(() => world.close());

/** The first request that matches gets the fault; the journal keeps what was asked for. */
function once(matches: (request: FaultRequest) => boolean, fault: Fault): FaultRequest[] {
  const hit: FaultRequest[] = [];
  world.fault((request) => {
    if (hit.length > 0 || !matches(request)) return undefined;
    hit.push(request);
    return fault;
  });
  return hit;
}

const titles = async () => column(await one.api("GET", "/issues?state=all&per_page=100"), "title");
const isNewIssue = ({ method, route }: FaultRequest) =>
  method === "POST" && route === "/repos/{owner}/{repo}/issues";

describe("REST", () => {
  test("an answer that is given in the server's place has no effect", async () => {
    const hit = once(isNewIssue, {
      kind: "respond",
      status: 503,
      headers: { "retry-after": "7" },
      body: { message: "busy" },
    });
    const reply = await one.api("POST", "/issues", { title: "respond" });
    expect([reply.status, reply.headers.get("retry-after"), reply.body]).toEqual([
      503,
      "7",
      { message: "busy" },
    ]);
    expect(hit).toMatchObject([{ kind: "rest", method: "POST" }]);
    expect(world.local.journal.findLast((entry) => entry.fault)).toMatchObject({
      fault: "respond",
      status: 503,
    });
    expect(await titles()).not.toContain("respond");
  });

  test("a delay comes before the effect", async () => {
    once(isNewIssue, { kind: "delay", ms: 60 });
    const started = performance.now();
    expect((await one.api("POST", "/issues", { title: "delay" })).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
    expect(await titles()).toContain("delay");
  });

  test("cut before: nothing has happened", async () => {
    once(isNewIssue, { kind: "cut-before" });
    await expect(one.api("POST", "/issues", { title: "before" })).rejects.toThrow("fetch failed");
    expect(await titles()).not.toContain("before");
    expect(world.local.journal.findLast((entry) => entry.fault)).toMatchObject({
      fault: "cut-before",
      status: 0,
    });
  });

  test("cut after: it has happened, and nobody was told", async () => {
    once(isNewIssue, { kind: "cut-after" });
    await expect(one.api("POST", "/issues", { title: "after" })).rejects.toThrow("fetch failed");
    expect((await titles()).filter((title) => title === "after")).toHaveLength(1);
    expect(world.local.journal.findLast((entry) => entry.fault)).toMatchObject({
      fault: "cut-after",
      status: 0,
    });
  });

  test("cut after: in between, it has happened and who asked does not know", async () => {
    let answered = false;
    let between: unknown[] = [];
    once(isNewIssue, {
      kind: "cut-after",
      onDone: () => {
        const { issues } = world.local.repository({ owner: "acme", name: one.name });
        between = [answered, [...issues.values()].filter(({ title }) => title === "between").length];
      },
    });
    await one.api("POST", "/issues", { title: "between" }).catch(() => {
      answered = true;
    });
    expect([answered, between]).toEqual([true, [false, 1]]);
  });

  test("the hook is told whose job asks", async () => {
    const { token, runId, jobId } = world.job(one.name, WRITE);
    const hit = once((request) => request.jobId === jobId, { kind: "respond", status: 500 });
    expect((await world.api(token, "GET", one.path)).status).toBe(500);
    expect(hit).toMatchObject([{ runId, jobId, route: "/repos/{owner}/{repo}" }]);
  });
});

describe("git", () => {
  const isReceive = ({ kind, method, path }: FaultRequest) =>
    kind === "git" && method === "POST" && path.endsWith("git-receive-pack");
  const exists = async (ref: string) => (await one.git("for-each-ref", ref)) !== "";

  test.each([
    ["respond", { kind: "respond", status: 503 }, false],
    ["cut-before", { kind: "cut-before" }, false],
    ["cut-after", { kind: "cut-after" }, true],
  ] satisfies [string, Fault, boolean][])("a push with %s", async (name, fault, arrives) => {
    const work = world.folder();
    await git(work, "clone", "-q", one.url(world.owner), ".");
    let hits = 0;
    // Not once: a client that loses a connection which it had used before may ask again by itself.
    world.fault((request) => (isReceive(request) && ++hits ? fault : undefined));
    await expect(git(work, "push", "-q", "origin", `HEAD:refs/heads/${name}`)).rejects.toThrow();
    expect(hits).toBeGreaterThan(0);
    expect(await exists(`refs/heads/${name}`)).toBe(arrives);
    world.fault(undefined);
    // The same push again finds the server whole.
    await git(work, "push", "-q", "origin", `HEAD:refs/heads/${name}`);
    expect(await exists(`refs/heads/${name}`)).toBe(true);
  });

  test("a fetch that is cut or answered otherwise", async () => {
    for (const kind of ["cut-before", "cut-after"] as const) {
      world.fault(({ kind: of, path }) =>
        of === "git" && path.endsWith("git-upload-pack") ? { kind } : undefined,
      );
      await expect(git(world.folder(), "clone", "-q", one.url(world.owner), ".")).rejects.toThrow();
    }
    once(({ kind }) => kind === "git", { kind: "respond", status: 429, headers: { "retry-after": "1" } });
    await expect(git(world.folder(), "clone", "-q", one.url(world.owner), ".")).rejects.toThrow("429");
    world.fault(undefined);
    await git(world.folder(), "clone", "-q", one.url(world.owner), ".");
  });
});

describe("artifacts", () => {
  const call = async (method: string, body: Record<string, unknown>, of: ReturnType<World["job"]>) => {
    const token = world.host.mintRuntimeToken(of);
    return fetch(`${world.host.resultsUrl}twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        workflow_run_backend_id: String(of.runId),
        workflow_job_run_backend_id: String(of.jobId),
        ...body,
      }),
    });
  };

  test.each([
    ["respond", { kind: "respond", status: 500, body: {} }, 200],
    ["cut-before", { kind: "cut-before" }, 200],
    // Created already, though its maker does not know: the name is taken.
    ["cut-after", { kind: "cut-after" }, 409],
  ] satisfies [string, Fault, number][])("a creation with %s, then again", async (_, fault, again) => {
    const of = world.job(one.name, {});
    const hit = once(({ kind, path }) => kind === "artifact" && path.endsWith("/CreateArtifact"), fault);
    const first = await call("CreateArtifact", { name: "plan", version: 7 }, of).catch(() => undefined);
    expect(first?.status ?? 0).toBe(fault.kind === "respond" ? 500 : 0);
    expect(hit).toMatchObject([{ runId: of.runId, jobId: of.jobId }]);
    expect((await call("CreateArtifact", { name: "plan", version: 7 }, of)).status).toBe(again);
  });

  test("an upload that was cut is put again", async () => {
    const of = world.job(one.name, {});
    const created = (await (await call("CreateArtifact", { name: "zip", version: 7 }, of)).json()) as {
      signed_upload_url: string;
    };
    const put = () =>
      fetch(created.signed_upload_url, {
        method: "PUT",
        headers: { "x-ms-blob-type": "BlockBlob" },
        body: "content",
      });
    for (const kind of ["cut-before", "cut-after"] as const) {
      const hit = once(({ method }) => method === "PUT", { kind });
      await expect(put()).rejects.toThrow("fetch failed");
      // The link carries no token, and was made for this job.
      expect(hit).toMatchObject([{ kind: "artifact", runId: of.runId, jobId: of.jobId }]);
    }
    expect((await put()).status).toBe(201);
    expect((await call("FinalizeArtifact", { name: "zip", size: "7" }, of)).status).toBe(200);
    const list = await one.api("GET", `/actions/runs/${of.runId}/artifacts`);
    expect(list.body).toMatchObject({ total_count: 1, artifacts: [{ name: "zip", size_in_bytes: 7 }] });
  });
});
