import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { InternalError } from "@slipway/model";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { ensureCheckRun } from "./checks.ts";
import { upsertComment } from "./comments.ts";
import { dispatch } from "./dispatch.ts";
import { roleOf } from "./people.ts";
import { ensureRelease, ensureTag, TagTakenError, tagSha } from "./releases.ts";
import { hasEnded, workflowRunState } from "./runs.ts";

const marker = { what: "status", runId: "r-20261120-7f3k2a" } as const;
let world: LocalWorld;
let main: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = await world.commit({ "a.txt": "1\n" });
});
afterAll(() => world.close());
const at = () => ({ owner: world.github.owner, repo: world.github.repo });

describe("a comment", () => {
  const comments = () =>
    world.github.octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...at(),
      issue_number: 1,
      per_page: 100,
    });

  test("is made once, found behind a hundred others, rewritten, and left alone when it says the same", async () => {
    await world.github.octokit.request("POST /repos/{owner}/{repo}/issues", { ...at(), title: "Root" });
    for (let index = 0; index < 101; index++) {
      await world.asPerson("POST", "/issues/1/comments", { body: `chatter ${index}` });
    }
    world.fault(
      (one) =>
        one.method === "POST" && one.route?.endsWith("/comments") ? { kind: "cut-after" } : undefined,
      1,
    );
    const first = await upsertComment(world.github, 1, marker, "One");
    expect(first.written).toBe(true);
    world.forget();
    expect(await upsertComment(world.github, 1, marker, "One")).toEqual({
      id: first.id,
      written: false,
      found: true,
    });
    expect(world.writes()).toEqual([]);
    expect(await upsertComment(world.github, 1, marker, "Two")).toEqual({
      id: first.id,
      written: true,
      found: true,
    });
    expect(
      (await comments()).filter(({ body }) => body?.includes("slipway:status")).map(({ body }) => body),
    ).toEqual(["<!-- slipway:status runId=r-20261120-7f3k2a -->\nTwo"]);
  });
});

describe("a comment that an earlier look has found", () => {
  const requests = async (known: number, body: string) => {
    world.forget();
    const before = world.github.requests;
    const result = await upsertComment(world.github, 1, marker, body, known);
    return { result, requests: world.github.requests - before };
  };
  beforeEach(async () => {
    await world.github.octokit.request("POST /repos/{owner}/{repo}/issues", { ...at(), title: "Root" });
  });

  test("is rewritten by one request", async () => {
    const { id } = await upsertComment(world.github, 1, marker, "One");
    expect(await requests(id, "Two")).toEqual({ result: { id, written: true, found: false }, requests: 1 });
    expect(world.writes()).toHaveLength(1);
  });

  test("is made anew once where somebody has removed it", async () => {
    const { id } = await upsertComment(world.github, 1, marker, "One");
    await world.asPerson("DELETE", `/issues/comments/${id}`, {});
    const { result } = await requests(id, "Two");
    expect(result).toMatchObject({ written: true, found: false });
    expect(result.id).not.toBe(id);
    expect((await requests(id, "Three")).result).toEqual({ id: result.id, written: true, found: true });
  });
});

describe("a list that lags behind what was written", () => {
  const at1 = { issue_number: 1 };
  const marked = async () => {
    const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments" as const;
    const all = await world.github.octokit.paginate(route, { ...at(), ...at1, per_page: 100 });
    return all.filter(({ body }) => body?.includes("slipway:status")).map(({ id }) => Number(id));
  };
  const lags = ({ method }: { readonly method: string }) =>
    method === "GET" ? ({ kind: "stale", changes: 1 } as const) : undefined;
  /** The answer to the creation is lost, and the next two looks do not see what it has made. */
  const losesAndLags = () => {
    let made = false;
    world.fault((one) => {
      if (one.method !== "POST") return made ? lags(one) : undefined;
      made = true;
      return { kind: "cut-after" };
    }, 3);
  };
  beforeEach(async () => {
    await world.github.octokit.request("POST /repos/{owner}/{repo}/issues", { ...at(), title: "Root" });
  });

  test("right after a lost answer it is asked until it shows what was made", async () => {
    losesAndLags();
    const { id } = await upsertComment(world.github, 1, marker, "One");
    expect(await marked()).toEqual([id]);
  });

  test("a second comment that came to be is removed by whoever sees both; another's copy stays", async () => {
    const first = await upsertComment(world.github, 1, marker, "One");
    world.fault(lags, 1);
    const second = await upsertComment(world.github, 1, marker, "Two");
    expect(await marked()).toEqual([first.id, second.id]);
    await world.asPerson("POST", "/issues/1/comments", {
      body: "<!-- slipway:status runId=r-20261120-7f3k2a -->\nA copy",
    });
    expect(await upsertComment(world.github, 1, marker, "Two")).toEqual({
      id: first.id,
      written: true,
      found: true,
    });
    const left = await marked();
    expect(left).toHaveLength(2);
    expect(left).not.toContain(second.id);
    expect(await upsertComment(world.github, 1, marker, "Two")).toEqual({
      id: first.id,
      written: false,
      found: true,
    });
  });

  test("a check run is not made again after a lost answer", async () => {
    const check = {
      name: "slipway",
      headSha: main,
      conclusion: "success",
      title: "Yes",
      summary: "",
      externalId: "lag",
    } as const;
    losesAndLags();
    await ensureCheckRun(world.github, check);
    const { data } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
      {
        ...at(),
        ref: main,
      },
    );
    expect(data.total_count).toBe(1);
  });
});

describe("a check run", () => {
  test("is made once by its key and brought to another result", async () => {
    const check = {
      name: "slipway",
      headSha: main,
      conclusion: "failure",
      title: "No",
      summary: "It fails.",
      externalId: "k",
    } as const;
    const first = await ensureCheckRun(world.github, check);
    expect(first.written).toBe(true);
    expect(await ensureCheckRun(world.github, check)).toEqual({ id: first.id, written: false });
    expect(await ensureCheckRun(world.github, { ...check, conclusion: "success" })).toEqual({
      id: first.id,
      written: true,
    });
    const { data } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
      { ...at(), ref: main },
    );
    expect(data.check_runs.map(({ conclusion }) => conclusion)).toEqual(["success"]);
  });

  test("of another App is left as it is: there is one beside it, which is found from then on", async () => {
    const { owner, repo: name, octokit } = world.github;
    const permissions = { checks: "write" } as const;
    world.local.createApp({ slug: "before", permissions, installedOn: [`${owner}/${name}`] });
    const app = world.client(world.local.mintAppToken("before", { owner, name }));
    const { data: other } = await app.octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...at(),
      name: "slipway",
      head_sha: main,
      external_id: "k",
      status: "completed",
      conclusion: "failure",
    });
    const check = {
      name: "slipway",
      headSha: main,
      title: "Yes",
      summary: "Fine.",
      externalId: "k",
    } as const;
    world.fault(
      (one) =>
        one.method === "POST" && one.route?.endsWith("/check-runs") ? { kind: "cut-after" } : undefined,
      1,
    );
    const first = await ensureCheckRun(world.github, { ...check, conclusion: "neutral" });
    expect(first).toEqual({ id: expect.any(Number), written: true });
    expect(first.id).not.toBe(other.id);
    expect(await ensureCheckRun(world.github, { ...check, conclusion: "success" })).toEqual(first);
    expect(await ensureCheckRun(world.github, { ...check, conclusion: "success" })).toEqual({
      id: first.id,
      written: false,
    });
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ...at(),
      ref: main,
    });
    expect(data.check_runs.map(({ conclusion }) => conclusion).sort()).toEqual(["failure", "success"]);
  });
});

describe("a dispatch", () => {
  test("is sent again under the same id when its answer is lost", async () => {
    world.fault((one) => (one.route?.endsWith("/dispatches") ? { kind: "cut-before" } : undefined), 1);
    await dispatch(world.github, "orchestrator.advance", {
      version: 1,
      runId: marker.runId,
      dispatchId: "0193-x",
    });
    expect(world.writes().filter((line) => line.includes("/dispatches"))).toHaveLength(2);
    expect(
      world.events
        .filter(({ repository }) => repository.name === world.github.repo)
        .map(({ name, payload }) => [name, payload.action]),
    ).toEqual([["repository_dispatch", "orchestrator.advance"]]);
  });

  test("that GitHub would refuse is not sent", async () => {
    await expect(dispatch(world.github, "orchestrator.advance", {})).rejects.toThrow(InternalError);
    await expect(
      dispatch(world.github, "orchestrator.advance", { dispatchId: "x", text: "x".repeat(70_000) }),
    ).rejects.toThrow(/too large/);
    expect(world.writes()).toEqual([]);
  });
});

describe("a release", () => {
  const release = () => ({ tag: "v1.0.0", sha: main, name: "v1.0.0", body: "First." });

  test("is made once with its tag, and rewritten when its notes change", async () => {
    world.fault(
      (one) =>
        one.method === "POST" && one.route?.endsWith("/releases") ? { kind: "cut-after" } : undefined,
      1,
    );
    const first = await ensureRelease(world.github, release());
    expect(await tagSha(world.github, "v1.0.0")).toBe(main);
    world.forget();
    expect(await ensureRelease(world.github, release())).toMatchObject({ id: first.id, created: false });
    expect(world.writes()).toEqual([]);
    await ensureRelease(world.github, { ...release(), body: "Better." });
    const { data } = await world.github.octokit.request("GET /repos/{owner}/{repo}/releases", at());
    expect(data.map(({ body, draft }) => ({ body, draft }))).toEqual([{ body: "Better.", draft: false }]);
  });

  test("left as a draft is published", async () => {
    const { data } = await world.github.octokit.request("POST /repos/{owner}/{repo}/releases", {
      ...at(),
      tag_name: "v1.0.0",
      target_commitish: main,
      draft: true,
    });
    expect(await ensureRelease(world.github, release())).toMatchObject({
      id: Number(data.id),
      created: false,
    });
    expect(await tagSha(world.github, "v1.0.0")).toBe(main);
  });

  test("whose tag is elsewhere is refused by name", async () => {
    await ensureRelease(world.github, release());
    const next = await world.commit({ "a.txt": "2\n" });
    await expect(ensureRelease(world.github, { ...release(), sha: next })).rejects.toThrow(TagTakenError);
  });
});

describe("a tag", () => {
  test("is made once, though the answer got lost, and never moved", async () => {
    world.fault(
      (one) =>
        one.method === "POST" && one.route?.endsWith("/git/refs") ? { kind: "cut-after" } : undefined,
      1,
    );
    expect(await ensureTag(world.github, "v1.0.0", main)).toEqual({ sha: main, created: true });
    world.forget();
    const next = await world.commit({ "a.txt": "2\n" });
    expect(await ensureTag(world.github, "v1.0.0", next)).toEqual({ sha: main, created: false });
    expect(world.writes()).toEqual([]);
    expect(await tagSha(world.github, "v1.0.0")).toBe(main);
  });
});

describe("looking things up", () => {
  test("a workflow run that is not there is gone; roles are GitHub's", async () => {
    expect(await workflowRunState(world.github, 999_999)).toEqual({ kind: "gone" });
    const there = await workflowRunState(world.github, world.workflowRunId);
    expect(there).toMatchObject({ kind: "there", conclusion: null, runAttempt: 1 });
    expect(hasEnded(there)).toBe(false);
    expect(await roleOf(world.github, world.github.owner)).toBe("admin");
    expect(await roleOf(world.github, "nobody-at-all")).toBe("none");
  });
});
