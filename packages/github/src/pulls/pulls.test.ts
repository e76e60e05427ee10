import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError, markerText } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { branchSha, ensureBranch } from "../branches.ts";
import { commitFiles } from "../commits.ts";
import { commentableLines } from "../git/parse.ts";
import { readBranchRules } from "../rules.ts";
import { closePull, type EnsurePull, ensurePull, reopenPull } from "./ensure.ts";
import { mergePull } from "./merge.ts";
import { getPull } from "./pull.ts";
import { postReview } from "./review.ts";

const runId = "r-20261120-7f3k2a";
const marker = { what: "pull", runId, nodeId: "T1" } as const;
const asMerge = (title: string) => ({ method: "merge", words: () => ({ title, message: "" }) }) as const;
let world: LocalWorld;
let main: string;
let head: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = await world.commit({ "a.txt": "1\n" });
  head = await change("task/1-two", "2\n");
});
afterAll(() => world.close());

async function change(branch: string, content: string, from = main): Promise<string> {
  const { github } = world;
  await github.git.fetch([from], { depth: 1 });
  const made = await commitFiles(github, {
    parents: [from],
    baseTree: await github.git.treeOf(from),
    files: [{ status: "written", path: "a.txt", mode: "100644", encoding: "utf-8", content }],
    message: `feat: ${content.trim()}`,
    branch,
    expectedHead: from === main ? null : from,
  });
  if (made.kind !== "committed") throw new Error(made.kind);
  return made.sha;
}
const request = {
  head: "task/1-two",
  base: "main",
  title: "Two",
  body: "Makes it two.",
  draft: false,
  marker,
};
const ensureOpen = async (more: Partial<EnsurePull> = {}) => {
  const result = await ensurePull(world.github, { ...request, ...more });
  if (result.kind !== "open") throw new Error(result.kind);
  return result;
};
const at = () => ({ owner: world.github.owner, repo: world.github.repo });

describe("the pull request of a branch", () => {
  test("is opened once, brought to what is wanted, and then left", async () => {
    const first = await ensureOpen();
    expect(first.created).toBe(true);
    expect(first.pull).toMatchObject({
      state: "open",
      headSha: head,
      baseSha: main,
      baseRef: "main",
      draft: false,
    });
    world.forget();
    expect(await ensureOpen()).toEqual({ ...first, created: false });
    expect(world.writes()).toEqual([]);
    const changed = await ensureOpen({ title: "Second", body: "Better." });
    expect(changed.pull).toMatchObject({ number: first.pull.number, title: "Second" });
    expect(changed.pull.body).toContain("Better.");
    expect(changed.pull.body).not.toContain("Makes it two.");
  });

  test("is not doubled by a lost answer", async () => {
    world.fault(
      (one) => (one.method === "POST" && one.route?.endsWith("/pulls") ? { kind: "cut-after" } : undefined),
      1,
    );
    const { pull } = await ensureOpen();
    const all = await world.github.octokit.paginate("GET /repos/{owner}/{repo}/pulls", {
      ...at(),
      state: "all",
    });
    expect(all.map(({ number }) => number)).toEqual([pull.number]);
  });

  test("that a person closed is reported, not opened again", async () => {
    const { pull } = await ensureOpen();
    await world.github.octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...at(),
      pull_number: pull.number,
      state: "closed",
    });
    expect(await ensurePull(world.github, request)).toMatchObject({
      kind: "closed",
      pull: { number: pull.number },
    });
  });

  test("that is closed for good gets a successor when one is asked for, and only one", async () => {
    const { pull } = await ensureOpen();
    await world.asPerson("PATCH", `/pulls/${pull.number}`, { state: "closed" });
    const next = await ensurePull(world.github, { ...request, anew: true });
    expect(next).toMatchObject({ kind: "open", created: true });
    expect(await ensurePull(world.github, { ...request, anew: true })).toMatchObject({
      kind: "open",
      created: false,
    });
    // Whoever asks as before finds the one that is open.
    expect(await ensurePull(world.github, request)).toMatchObject({ kind: "open", created: false });
  });

  test("that is known to be missing is opened without a look; one that is there all the same is taken", async () => {
    const before = world.github.requests;
    const { pull, created } = await ensureOpen({ knownMissing: true });
    expect({ created, requests: world.github.requests - before }).toEqual({ created: true, requests: 1 });
    expect(await ensureOpen({ knownMissing: true, title: "feat: two, better" })).toMatchObject({
      created: false,
      pull: { number: pull.number, title: "feat: two, better" },
    });
  });

  test("is closed and opened again, each twice; its branch stays", async () => {
    const { number } = (await ensureOpen()).pull;
    for (let time = 0; time < 2; time++)
      expect(await closePull(world.github, number)).toMatchObject({ number, state: "closed", headSha: head });
    expect(await branchSha(world.github, request.head)).toBe(head);
    for (let time = 0; time < 2; time++)
      expect(await reopenPull(world.github, number)).toMatchObject({ number, state: "open" });
  });

  test("without a commit of its own is none", async () => {
    await ensureBranch(world.github, "task/3-none", main);
    expect(await ensurePull(world.github, { ...request, head: "task/3-none" })).toEqual({ kind: "empty" });
  });

  test("where Actions may not open any says which setting to turn on", async () => {
    world.fault((one) =>
      one.method === "POST" && one.route?.endsWith("/pulls")
        ? {
            kind: "respond",
            status: 403,
            body: { message: "GitHub Actions is not permitted to create or approve pull requests." },
          }
        : undefined,
    );
    const error = await ensurePull(world.github, request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toMatch(/Settings → Actions → General → Workflow permissions/);
  });
});

describe("a merge", () => {
  const merge = (number: number, sha = head) =>
    mergePull(world.github, { number, sha, ways: [asMerge("Two (#1)")] });

  test("happens at the judged head only, and is found the second time", async () => {
    const { pull } = await ensureOpen();
    expect(await merge(pull.number, main)).toEqual({ kind: "moved", headSha: head });
    const merged = await merge(pull.number);
    expect(merged).toMatchObject({ kind: "merged", found: false });
    expect(await merge(pull.number)).toEqual({ ...merged, found: true });
    expect(await ensurePull(world.github, request)).toMatchObject({
      kind: "merged",
      pull: { number: pull.number },
    });
  });

  test.each([{ kind: "cut-after" }, { kind: "cut-before" }] as const)("survives $kind", async (fault) => {
    const { pull } = await ensureOpen();
    world.fault((one) => (one.method === "PUT" ? fault : undefined), 1);
    expect(await merge(pull.number)).toMatchObject({ kind: "merged", found: fault.kind === "cut-after" });
    expect((await getPull(world.github, pull.number)).state).toBe("merged");
    expect(
      world.local.journal.filter(({ path }) => path.endsWith(`/${world.github.repo}/pulls/1/merge`)),
    ).toEqual([]);
  });

  test("happens where there is no asynchronous one", async () => {
    const { pull } = await ensureOpen();
    world.fault((one) =>
      one.path.includes("/merge-async")
        ? { kind: "respond", status: 404, body: { message: "Not Found" } }
        : undefined,
    );
    expect(await merge(pull.number)).toMatchObject({ kind: "merged", found: false });
  });

  test("waits for the base's merge queue, and for its checks", async () => {
    const { pull } = await ensureOpen();
    const name = { owner: world.github.owner, name: world.github.repo };
    world.local.setRules(name, "main", { mergeQueue: { method: "squash" } });
    expect(await merge(pull.number)).toMatchObject({ kind: "merged", found: false });
    expect((await readBranchRules(world.github, "main")).mergeQueue).toBe(true);
  });

  test("that still stands in the queue at the deadline is told as such, also the second time", async () => {
    const { pull } = await ensureOpen();
    await world.github.octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...at(),
      name: "CI",
      head_sha: head,
      conclusion: "success",
    });
    const checks = [{ context: "CI" }];
    world.local.setRules({ owner: world.github.owner, name: world.github.repo }, "main", {
      mergeQueue: {},
      requiredStatusChecks: { strict: false, checks },
    });
    for (let time = 0; time < 2; time++) {
      const deadline = new Date(world.github.now().getTime() + 20_000);
      const request = { number: pull.number, sha: head, ways: [asMerge("Two")] };
      expect(await mergePull(world.github, { ...request, deadline })).toEqual({
        kind: "queued",
        where: "queue",
      });
    }
    await world.asPerson("PATCH", `/pulls/${pull.number}`, { state: "closed" });
    expect(await merge(pull.number)).toMatchObject({ kind: "notMergeable" });
  });

  test("of a conflict, a draft or a closed one is refused with GitHub's reason", async () => {
    const other = await change("task/2-three", "3\n");
    const { pull } = await ensureOpen();
    const second = await ensureOpen({ head: "task/2-three" });
    await merge(pull.number);
    const conflict = await merge(second.pull.number, other);
    expect(conflict.kind).toBe("notMergeable");
    expect(conflict).not.toHaveProperty("sha");
    await world.github.octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...at(),
      pull_number: second.pull.number,
      state: "closed",
    });
    expect(await merge(second.pull.number, other)).toEqual({
      kind: "notMergeable",
      reason: `Pull request #${second.pull.number} was closed without merging.`,
    });
  });

  test("whose base moved while GitHub was at it is told apart", async () => {
    const { pull } = await ensureOpen();
    world.fault((one) =>
      one.method === "PUT"
        ? {
            kind: "respond",
            status: 405,
            body: { message: "Base branch was modified. Review and try the merge again." },
          }
        : undefined,
    );
    expect(await merge(pull.number)).toEqual({ kind: "baseModified" });
  });
});

describe("a review", () => {
  test("is posted once; what stands outside the diff goes into the text", async () => {
    const { pull } = await ensureOpen();
    const review = {
      number: pull.number,
      headSha: head,
      body: "Two remarks.",
      marker: { what: "review", runId, nodeId: "T1", headSha: head } as const,
      comments: [
        { path: "a.txt", line: 1, body: "Why two?" },
        { path: "b.txt", line: 9, body: "Nothing\nhere" },
      ],
      lines: commentableLines(await world.github.git.patch(main, head)),
    };
    const first = await postReview(world.github, review);
    world.forget();
    expect(await postReview(world.github, review)).toEqual({ ...first, created: false });
    expect(world.writes()).toEqual([]);
    const { data: reviews } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
      { ...at(), pull_number: pull.number },
    );
    expect(reviews.map(({ body, state }) => [state, body])).toEqual([
      ["COMMENTED", `${markerText(review.marker)}\nTwo remarks.\n\n- \`b.txt:9\`: Nothing here`],
    ]);
    const { data: comments } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments",
      { ...at(), pull_number: pull.number },
    );
    expect(comments.map(({ path, line, body }) => ({ path, line, body }))).toEqual([
      { path: "a.txt", line: 1, body: "Why two?" },
    ]);
  });

  test("whose lines GitHub refuses keeps its remarks in the text", async () => {
    const { pull } = await ensureOpen();
    await postReview(world.github, {
      number: pull.number,
      headSha: head,
      body: "One remark.",
      marker: { what: "review", runId, nodeId: "T1", headSha: head },
      comments: [{ path: "a.txt", line: 400, body: "Far out" }],
    });
    const { data } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
      { ...at(), pull_number: pull.number },
    );
    expect(data).toHaveLength(1);
    expect(data[0]?.body).toMatch(/One remark\.\n\n- `a\.txt:400`: Far out$/);
  });
});
