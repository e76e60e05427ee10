import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { kindLabel, markerText, SUITE_LABEL } from "@slipway/model";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { commitFiles } from "./commits.ts";
import { listChangedIssues, listChangedPulls, readCloser, readIssuePlace, readParent } from "./observe.ts";

const runId = "r-20261120-7f3k2a";
let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(() => world.newRepository());
afterAll(() => world.close());

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const issue = async (nodeId: string, labels = [SUITE_LABEL, kindLabel("task")]) =>
  (
    await world.github.octokit.request("POST /repos/{owner}/{repo}/issues", {
      owner: world.github.owner,
      repo: world.github.repo,
      title: `Title of ${nodeId}`,
      body: `${markerText({ what: "node", runId, nodeId })}\nText`,
      labels,
    })
  ).data;

describe("issues", () => {
  test("are seen with their place, and without a change cost one request", async () => {
    const { number, id } = await issue("T1");
    await world.asPerson("POST", "/issues", { title: "Somebody's own" });
    expect(await listChangedIssues(world.github, null)).toEqual([
      {
        number,
        id: Number(id),
        state: "open",
        stateReason: null,
        labels: [SUITE_LABEL, kindLabel("task")],
        type: null,
        title: "Title of T1",
        parent: null,
        updatedAt: expect.any(String),
        closedAt: null,
        runId,
        nodeId: "T1",
        isPull: false,
      },
    ]);
    world.forget();
    expect(await listChangedIssues(world.github, later())).toEqual([]);
    expect(world.requests()).toHaveLength(1);
  });

  test("what people do to one is seen, also without the suite's label", async () => {
    const epic = await issue("E1");
    const { number, id, updated_at } = await issue("T1");
    await world.github.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
      owner: world.github.owner,
      repo: world.github.repo,
      issue_number: epic.number,
      sub_issue_id: Number(id),
    });
    await world.asPerson("PATCH", `/issues/${number}`, {
      title: "Mine",
      labels: ["wontfix"],
      state: "closed",
      state_reason: "not_planned",
    });
    const seen = (await listChangedIssues(world.github, updated_at)).find((one) => one.number === number);
    expect(seen).toMatchObject({
      title: "Mine",
      labels: ["wontfix"],
      state: "closed",
      stateReason: "not_planned",
      parent: epic.number,
      nodeId: "T1",
    });
    expect(await readCloser(world.github, number)).toEqual({ login: "octo", type: "User" });
    expect(await readCloser(world.github, epic.number)).toBeNull();
    expect(await readParent(world.github, number)).toBe(epic.number);
    expect(await readParent(world.github, epic.number)).toBeNull();
  });

  test("are seen by their number where somebody has deleted the marker and the labels", async () => {
    const { number, updated_at } = await issue("T1");
    await world.asPerson("PATCH", `/issues/${number}`, { body: "Mine", labels: [], state: "closed" });
    expect(await listChangedIssues(world.github, updated_at)).toEqual([]);
    expect(await listChangedIssues(world.github, updated_at, new Set([number]))).toMatchObject([
      { number, state: "closed", runId: null, nodeId: null },
    ]);
  });

  test("name their place, unless they are none of ours or not there", async () => {
    const { number } = await issue("T1");
    expect(await readIssuePlace(world.github, number)).toEqual({ runId, nodeId: "T1" });
    const own = (await world.asPerson("POST", "/issues", { title: "Mine" })) as { number: number };
    expect(await readIssuePlace(world.github, own.number)).toBeUndefined();
    expect(await readIssuePlace(world.github, 999)).toBeUndefined();
    world.local.createUser("mallory");
    const body = markerText({ what: "node", runId, nodeId: "T1" });
    const copy = await world.asPerson("POST", "/issues", { title: "Mine", body }, "mallory");
    expect(await readIssuePlace(world.github, (copy as { number: number }).number)).toBeUndefined();
  });

  test("an outsider's copy of a marker names no node", async () => {
    world.local.createUser("mallory");
    const body = markerText({ what: "node", runId, nodeId: "T1" });
    await world.asPerson("POST", "/issues", { title: "Mine", body }, "mallory");
    expect(await listChangedIssues(world.github, "2026-01-01T00:00:00Z")).toEqual([]);
  });

  test("are paged", async () => {
    for (let index = 0; index < 101; index++) await issue(`T${index}`);
    world.forget();
    expect(await listChangedIssues(world.github, "2026-01-01T00:00:00Z")).toHaveLength(101);
    expect(world.requests()).toHaveLength(2);
  }, 60_000);
});

describe("pull requests", () => {
  const pull = async (branch: string, body: string) => {
    const { github } = world;
    const main = (await github.git.lsRemote(["refs/heads/main"])).get("refs/heads/main") ?? "";
    await github.git.fetch([main], { depth: 1 });
    await commitFiles(github, {
      parents: [main],
      baseTree: await github.git.treeOf(main),
      files: [{ status: "written", path: branch, mode: "100644", encoding: "utf-8", content: "x" }],
      message: `feat: ${branch}`,
      branch,
      expectedHead: null,
    });
    return (
      await github.octokit.request("POST /repos/{owner}/{repo}/pulls", {
        owner: github.owner,
        repo: github.repo,
        head: branch,
        base: "main",
        title: branch,
        body,
      })
    ).data;
  };
  const marked = (nodeId: string) => markerText({ what: "pull", runId, nodeId });

  test("are seen open, closed and merged, newest change first", async () => {
    world.commit({ "a.txt": "1\n" });
    const first = await pull("task/1-a", marked("T1"));
    const second = await pull("task/2-b", `\`\`\`\n${marked("T2")}\n\`\`\``);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.asPerson("PUT", `/pulls/${first.number}/merge`, {});
    const seen = await listChangedPulls(world.github, null);
    expect(seen).toMatchObject([
      {
        number: first.number,
        state: "closed",
        merged: true,
        mergeSha: expect.stringMatching(/^[0-9a-f]{40}$/),
        headRef: "task/1-a",
        headSha: first.head.sha,
        baseRef: "main",
        closedAt: expect.any(String),
        runId,
        nodeId: "T1",
      },
      { number: second.number, state: "open", merged: false, mergeSha: null, closedAt: null, nodeId: null },
    ]);
    expect(await readCloser(world.github, first.number)).toEqual({ login: "octo", type: "User" });
    const since = seen[0]?.updatedAt ?? "";
    expect((await listChangedPulls(world.github, since)).map(({ number }) => number)).toEqual([first.number]);
    world.forget();
    expect(await listChangedPulls(world.github, later())).toEqual([]);
    expect(world.requests()).toHaveLength(1);
  });
});
