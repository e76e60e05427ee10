import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Octokit } from "@octokit/core";
import { createLocalGitHub, type LocalGitHub } from "./index.ts";

const run = promisify(execFile);
let github: LocalGitHub;
let octokit: Octokit;
const at = { owner: "acme", repo: "spans" };

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    cwd,
    encoding: "utf8",
  }).trim();
}

beforeAll(async () => {
  const scratch = mkdtempSync(join(tmpdir(), "local-github-"));
  const source = join(scratch, "source");
  execFileSync("git", ["init", "-q", "-b", "main", source]);
  writeFileSync(join(source, "a.txt"), "one\ntwo\nthree\n");
  git(source, "add", ".");
  git(source, "commit", "-q", "-m", "first");
  github = await createLocalGitHub({ dataDir: join(scratch, "data") });
  await github.createRepository({ owner: "acme", name: "spans", source });
  octokit = new Octokit({ baseUrl: github.apiUrl, auth: github.mintUserToken("acme") });
});

afterAll(async () => {
  await github.close();
});

async function branchWith(name: string, content: string): Promise<string> {
  const { data: main } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    ...at,
    ref: "heads/main",
  });
  const { data: base } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...at,
    commit_sha: main.object.sha,
  });
  const { data: tree } = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
    ...at,
    base_tree: base.tree.sha,
    tree: [{ path: "a.txt", mode: "100644", type: "blob", content }],
  });
  const { data: commit } = await octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...at,
    message: `feat: ${name}`,
    tree: tree.sha,
    parents: [main.object.sha],
  });
  await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
    ...at,
    ref: `refs/heads/${name}`,
    sha: commit.sha,
  });
  return commit.sha;
}

test("a change goes from branch to pull request to review to merge, and every exchange is valid", async () => {
  const sha = await branchWith("one", "ONE\ntwo\nthree\n");
  const { data: pull } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...at,
    head: "one",
    base: "main",
    title: "feat: one",
    body: "x",
  });
  expect(pull.mergeable).toBeNull();
  await octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...at,
    pull_number: pull.number,
    event: "COMMENT",
    body: "fine",
    comments: [{ path: "a.txt", line: 1, body: "here" }],
  });
  await expect(
    octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
      ...at,
      pull_number: pull.number,
      event: "COMMENT",
      body: "no",
      comments: [{ path: "a.txt", line: 99, body: "nowhere" }],
    }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(
    octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...at,
      pull_number: pull.number,
      sha: "0".repeat(40),
    }),
  ).rejects.toMatchObject({ status: 409 });
  const { data: merged } = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    ...at,
    pull_number: pull.number,
    sha,
    merge_method: "squash",
  });
  expect(merged.merged).toBe(true);
  const { data: after } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...at,
    pull_number: pull.number,
  });
  expect(after).toMatchObject({ merged: true, merge_commit_sha: merged.sha, state: "closed" });
});

test("a conflict is refused with 405, and brought up to date only where it can be", async () => {
  await branchWith("two", "TWO\ntwo\nthree\n");
  const { data: pull } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...at,
    head: "two",
    base: "main",
    title: "feat: two",
  });
  await branchWith("three", "THREE\ntwo\nthree\n");
  const { data: other } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...at,
    head: "three",
    base: "main",
    title: "feat: three",
  });
  await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    ...at,
    pull_number: other.number,
  });
  await expect(
    octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...at,
      pull_number: pull.number,
    }),
  ).rejects.toMatchObject({ status: 405 });
  await expect(
    octokit.request("POST /repos/{owner}/{repo}/merges", { ...at, base: "two", head: "main" }),
  ).rejects.toMatchObject({ status: 409 });
  await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: pull.number });
});

test("issues, comments, labels, releases, runs and checks answer as GitHub describes", async () => {
  const { data: issue } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
    ...at,
    title: "t",
    body: "b",
    labels: ["slipway"],
  });
  const { data: child } = await octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, title: "c" });
  await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
    ...at,
    issue_number: issue.number,
    sub_issue_id: Number(child.id),
  });
  await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
    ...at,
    issue_number: issue.number,
  });
  await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...at,
    issue_number: issue.number,
    body: "hello",
  });
  await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...at,
    issue_number: issue.number,
    state: "closed",
  });
  const head = git(github.gitDir({ owner: "acme", name: "spans" }), "rev-parse", "main");
  await octokit
    .request("POST /repos/{owner}/{repo}/check-runs", {
      ...at,
      name: "Slipway",
      head_sha: head,
      status: "completed",
      conclusion: "success",
      output: { title: "t", summary: "s" },
    })
    .catch(() => undefined);
  await octokit.request("POST /repos/{owner}/{repo}/releases", {
    ...at,
    tag_name: "v1.0.0",
    target_commitish: head,
    name: "v1.0.0",
    body: "notes",
  });
  await octokit.request("GET /repos/{owner}/{repo}/releases/tags/{tag}", { ...at, tag: "v1.0.0" });
  await octokit.request("GET /repos/{owner}/{repo}/actions/runs", at);
  await octokit.request("POST /repos/{owner}/{repo}/dispatches", {
    ...at,
    event_type: "x",
    client_payload: { a: 1 },
  });
  expect(
    github.journal.filter((entry) => entry.errors.length > 0).map((entry) => [entry.route, ...entry.errors]),
  ).toEqual([]);
  expect(github.journal.filter((entry) => entry.unknownRoute)).toEqual([]);
});

test("git clones and pushes over HTTP with a token", async () => {
  const work = mkdtempSync(join(tmpdir(), "clone-"));
  const url = github.url.replace("http://", `http://x-access-token:${github.mintUserToken("acme")}@`);
  // The server runs in this process, so git must not block it.
  const remote = (...args: string[]) =>
    run("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: work });
  await remote("clone", "-q", "--depth=1", `${url}/acme/spans`, ".");
  writeFileSync(join(work, "b.txt"), "b");
  await remote("add", ".");
  await remote("commit", "-q", "-m", "b");
  await remote("push", "-q", "origin", "HEAD:refs/slipway/runs/r-20261121-abcdef");
  expect((await remote("ls-remote", "origin", "refs/slipway/*")).stdout).toContain(
    "refs/slipway/runs/r-20261121-abcdef",
  );
});
