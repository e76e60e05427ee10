/** Two tasks side by side that edit the same line: a real conflict of Git, resolved or named, never silent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Happening, Report } from "@slipway/cli/schemas";
import { z } from "zod";
import { CONFLICT, type Place, repositoryFrom } from "./repositories.ts";
import { type Ended, explain, git, happenings, readReport, slipway } from "./support.ts";

const LIMIT_MS = 240_000;

interface Run {
  readonly place: Place;
  readonly out: string;
  readonly ended: Ended;
  readonly report: Report;
  readonly lines: Happening[];
}

/** @throws Error with what was printed when it ends with another exit code than `expected` */
async function runWith(policy: string, expected: number): Promise<Run> {
  const place = repositoryFrom(join(CONFLICT, "repository"));
  const out = join(place.folder, "out");
  const given = ["--repo", "repository", "--idea", `@${join(CONFLICT, "idea.md")}`];
  const scripted = ["--policy", join(CONFLICT, policy), "--fixtures", join(CONFLICT, "fixtures")];
  const ended = await slipway(["run", ...given, ...scripted, "--json", "--out", out], place.folder);
  if (ended.code !== expected) throw new Error(explain(ended));
  return { place, out, ended, report: readReport(out), lines: happenings(ended.stdout) };
}

/** Events of the ledger about one node, in their order. */
const eventsOf = (run: Run, nodeId: string) =>
  run.lines.flatMap((line) =>
    line.type === "event" && "nodeId" in line.event && line.event.nodeId === nodeId ? [line.event] : [],
  );

/** The task that came second; which one it is, is decided by the race. */
function conflictedNode(run: Run): string {
  const found = run.lines.flatMap((line) =>
    line.type === "event" && line.event.type === "node.conflicted" ? [line.event.nodeId] : [],
  );
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

const SENTENCE = /conflicts with what was merged meanwhile, in palette\.json\./;

describe("brought up to date", () => {
  let run: Run;
  beforeAll(async () => {
    run = await runWith("slipway.yml", 0);
  }, LIMIT_MS);
  afterAll(() => run?.place.remove());

  test("the run reaches DONE, and the branch holds both changes", () => {
    expect(run.report.run.state).toBe("DONE");
    expect(run.report.nodes.map(({ status }) => status)).toEqual(["DONE", "DONE", "DONE"]);
    const text = git(join(run.out, "repository.git"), "show", "main:palette.json");
    const { colours } = z.object({ colours: z.array(z.string()) }).parse(JSON.parse(text));
    expect([...colours].sort()).toEqual(["blue", "green", "red", "yellow"]);
  });

  test("the conflict is recorded with its files, and told as it happens", () => {
    const node = conflictedNode(run);
    const event = eventsOf(run, node).find(({ type }) => type === "node.conflicted");
    expect(event).toMatchObject({ files: ["palette.json"] });
    const told = run.lines.filter((line) => line.type === "node" && line.nodeId === node);
    expect(told).toContainEqual(expect.objectContaining({ reason: expect.stringMatching(SENTENCE) }));
  });

  test("the change is made anew on what was merged, tested there, and merged as it was tested", () => {
    const node = conflictedNode(run);
    const events = eventsOf(run, node);
    expect(events.map(({ type }) => type)).toEqual([
      "node.claimed",
      "node.conflicted",
      "node.claimed",
      "node.published",
      "node.judged",
      "node.merged",
    ]);
    const published = events.find((event) => event.type === "node.published");
    const judged = events.find((event) => event.type === "node.judged");
    const conflicted = events.find((event) => event.type === "node.conflicted");
    if (!published || !judged || !conflicted) throw new Error("An event is missing.");
    // What it conflicted with is what it was then tested upon.
    expect(published.subject.baseSha).toBe(conflicted.baseSha);
    expect(judged.verdict).toMatchObject({ outcome: "mergeable", subject: published.subject });
    expect(judged.evidence.map((item) => [item.kind, item.verdict, item.subject])).toContainEqual([
      "qa",
      "pass",
      published.subject,
    ]);
    const bare = join(run.out, "repository.git");
    git(bare, "merge-base", "--is-ancestor", conflicted.baseSha, published.subject.headSha);
    const merged = events.find((event) => event.type === "node.merged");
    expect(git(bare, "rev-parse", `${merged?.mergeSha}^{tree}`)).toBe(
      git(bare, "rev-parse", `${published.subject.headSha}^{tree}`),
    );
  });

  test("the other task went through at the first attempt", () => {
    const node = conflictedNode(run);
    const other = run.report.nodes.find(({ id, kind }) => kind === "task" && id !== node);
    expect(other).toMatchObject({ status: "DONE", claims: 1 });
  });
});

describe("BLOCKED", () => {
  let run: Run;
  beforeAll(async () => {
    run = await runWith("slipway-one-attempt.yml", 3);
  }, LIMIT_MS);
  afterAll(() => run?.place.remove());

  test("the run waits for a person, and says for what, naming the file", () => {
    const node = conflictedNode(run);
    expect(run.report.result).toMatchObject({ outcome: "waiting", exitCode: 3 });
    expect(run.report.result.sentence).toMatch(SENTENCE);
    expect(run.report.result.sentence).toContain(`${node} is BLOCKED`);
    expect(run.report.result.sentence).toContain("/slipway retry");
  });

  test("the node says so", () => {
    const node = run.report.nodes.find(({ id }) => id === conflictedNode(run));
    expect(node).toMatchObject({ status: "BLOCKED", mergeSha: null });
    expect(node?.reason).toMatch(SENTENCE);
  });

  test("its issue stays open, with the label and the sentence; so does the root's status", () => {
    const node = run.report.nodes.find(({ id }) => id === conflictedNode(run));
    const root = run.report.nodes.find(({ parent }) => parent === null);
    const issues = z
      .array(
        z.looseObject({
          number: z.number(),
          state: z.string(),
          labels: z.array(z.looseObject({ name: z.string() })),
        }),
      )
      .parse(JSON.parse(readFileSync(join(run.out, "github/issues.json"), "utf8")));
    const issue = issues.find(({ number }) => number === node?.issue);
    expect(issue).toMatchObject({ state: "open" });
    expect(issue?.labels.map(({ name }) => name)).toContain("slipway:blocked");
    const comments = z
      .array(z.looseObject({ issue_url: z.string(), body: z.string() }))
      .parse(JSON.parse(readFileSync(join(run.out, "github/comments.json"), "utf8")));
    const on = (number: number | null | undefined) =>
      comments.filter(({ issue_url: url }) => url.endsWith(`/issues/${number}`)).map(({ body }) => body);
    expect(on(node?.issue)).toEqual([expect.stringMatching(SENTENCE)]);
    expect(on(root?.issue)).toEqual([expect.stringMatching(SENTENCE)]);
  });

  test("the work that was paid for is kept on its branch, and nothing of it is merged", () => {
    const node = conflictedNode(run);
    const bare = join(run.out, "repository.git");
    const issue = run.report.nodes.find(({ id }) => id === node)?.issue;
    const branch = git(bare, "for-each-ref", "--format=%(refname)", `refs/heads/task/${issue}-*`);
    expect(branch).not.toBe("");
    expect(git(bare, "show", `${branch}:palette.json`)).toMatch(/blue|yellow/);
    expect(git(bare, "show", "main:palette.json")).toBe('{ "colours": ["red", "green"] }');
  });
});
