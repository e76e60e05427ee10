// GitHub's own command line against the local GitHub: what it asks for was not written by us.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ghEnvironment, ghExports } from "@slipway/local-github";
import {
  createWorld,
  field,
  type TestRepository,
  type World,
} from "../../packages/local-github/testing/world.ts";
import { findTool, missing } from "../../scripts/tools/find.ts";

const run = promisify(execFile);
const gh = findTool("gh");
if (gh === undefined) console.warn(missing("gh"));
const withGh = gh === undefined ? describe.skip : describe;

const WORKFLOW =
  "name: CI\non: [push, workflow_dispatch]\njobs: { build: { runs-on: ubuntu-latest, steps: [{ run: ls }] } }\n";
const LOG = "2026-11-20T10:00:00.0000000Z hello\n2026-11-20T10:00:02.0000000Z ##[error]it broke\n";

withGh("gh", () => {
  let world: World;
  let repository: TestRepository;
  let reviewer: string;
  let runId: number;
  let jobId: number;

  /** What gh prints. @throws with what it says when it ends with another code than `code` */
  async function ask(args: readonly string[], { token = world.owner, code = 0, cwd = world.folder() } = {}) {
    const home = world.folder();
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      GH_CONFIG_DIR: join(home, "gh"),
      GH_REPO: `acme/${repository.name}`,
      GH_NO_UPDATE_NOTIFIER: "1",
      GH_PROMPT_DISABLED: "1",
      NO_COLOR: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      ...ghEnvironment(world.local.url, token),
    };
    const ended = await run(gh ?? "gh", [...args], { cwd, env }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const { stdout, stderr, code: got = 0 } = ended as { stdout: string; stderr: string; code?: number };
    if (got !== code) throw new Error(`gh ${args.join(" ")} ended with ${got}: ${stderr}${stdout}`);
    return stdout.trim() === "" ? stderr.trim() : stdout.trim();
  }
  const json = async (args: readonly string[], fields: string): Promise<unknown> =>
    JSON.parse(await ask([...args, "--json", fields]));

  beforeAll(async () => {
    world = await createWorld();
    repository = await world.repository(
      { "a.txt": "one\n", "README.md": "# Spans\n", ".github/workflows/ci.yml": WORKFLOW },
      // Private, so that every answer needs its token, the pages of a list and the clone included.
      "private",
    );
    const sha = await repository.branch("topic", { "b.txt": "two\n" });
    await repository.api("POST", "/issues", { title: "Support weeks", body: "Please.", labels: ["bug"] });
    await repository.api("POST", "/issues/1/comments", { body: "Why not?" });
    await repository.pull("topic", { body: "Closes #1" });
    world.local.addCollaborator(repository.at, "reviewer", "write");
    reviewer = world.local.mintUserToken("reviewer");
    await repository.api("POST", `/statuses/${sha}`, { state: "success", context: "legacy/ci" });
    await repository.api("POST", "/releases", { tag_name: "v1.0.0", name: "One", body: "The first." });
    const event = {
      deliveryId: "d",
      name: "push",
      repository: repository.at,
      payload: {},
      ref: "refs/heads/topic",
      sha,
      actor: "acme",
    };
    const about = {
      workflowPath: ".github/workflows/ci.yml",
      workflowName: "CI",
      displayTitle: "feat: topic",
    };
    runId = world.host.createRun({ repository: repository.at, event, ...about }).id;
    jobId = world.host.createJob(runId, { name: "build", needs: [] }).id;
    const [startedAt, completedAt] = ["2026-11-20T10:00:00Z", "2026-11-20T10:00:02Z"];
    const steps = [
      {
        number: 1,
        name: "Run ls",
        status: "completed",
        conclusion: "failure",
        startedAt,
        completedAt,
      } as const,
    ];
    world.host.appendLog(jobId, LOG);
    world.host.updateJob(jobId, {
      status: "completed",
      conclusion: "failure",
      startedAt,
      completedAt,
      steps,
    });
    await world.host.updateRun(runId, { status: "completed", conclusion: "failure" });
  });

  afterAll(() => world.close());

  test("issue list, view, comment, create, close and reopen", async () => {
    expect(await json(["issue", "list"], "number,title,state,labels")).toMatchObject([
      { number: 1, title: "Support weeks", state: "OPEN", labels: [{ name: "bug" }] },
    ]);
    expect(await ask(["issue", "list", "--label", "bug", "--search", "weeks"])).toContain("Support weeks");
    expect(await ask(["issue", "view", "1"])).toMatch(/title:\tSupport weeks[\s\S]*Please\./);
    await ask(["issue", "comment", "1", "--body", "Because."]);
    expect(await json(["issue", "view", "1"], "comments,author,url")).toMatchObject({
      comments: [{ body: "Why not?" }, { body: "Because." }],
      author: { login: "acme" },
      url: `http://github.localhost/acme/${repository.name}/issues/1`,
    });
    const url = await ask(["issue", "create", "--title", "Another", "--body", "one", "--label", "bug"]);
    expect(url).toMatch(/\/issues\/3$/);
    await ask(["issue", "close", "3"]);
    expect((await repository.api("GET", "/issues/3")).body).toMatchObject({
      state: "closed",
      title: "Another",
    });
    await ask(["issue", "reopen", "3"]);
    expect((await repository.api("GET", "/issues/3")).body).toMatchObject({
      state: "open",
      state_reason: "reopened",
    });
  });

  test("pr list, view, diff, checks and review", async () => {
    expect(await ask(["pr", "list"])).toMatch(/^2\tfeat: topic\ttopic\t/);
    expect(await ask(["pr", "view", "2"])).toMatch(/state:\tOPEN[\s\S]*Closes #1/);
    expect(await ask(["pr", "diff", "2"])).toMatch(/^diff --git a\/b\.txt b\/b\.txt[\s\S]*\+two$/);
    // It ends with 1 where a check has failed.
    const checks = await ask(["pr", "checks", "2"], { code: 1 });
    expect(checks).toMatch(new RegExp(`^build\tfail\t.*/actions/runs/${runId}/job/${jobId}`, "m"));
    expect(checks).toMatch(/^legacy\/ci\tpass/m);
    await ask(["pr", "review", "2", "--approve"], { token: reviewer });
    await expect(ask(["pr", "review", "2", "--approve"])).rejects.toThrow(
      "Can not approve your own pull request",
    );
    const fields = "number,reviewDecision,reviews,mergeable,mergeStateStatus,files,commits,isDraft";
    expect(await json(["pr", "view", "2"], fields)).toMatchObject({
      number: 2,
      reviewDecision: "APPROVED",
      reviews: [{ author: { login: "reviewer" }, state: "APPROVED" }],
      mergeable: "MERGEABLE",
      mergeStateStatus: "UNSTABLE",
      files: [{ path: "b.txt", additions: 1, deletions: 0 }],
      commits: [{ messageHeadline: "feat: topic" }],
      isDraft: false,
    });
    await ask(["pr", "ready", "2", "--undo"]);
    expect((await repository.api("GET", "/pulls/2")).body).toMatchObject({ draft: true });
    await ask(["pr", "ready", "2"]);
    expect((await repository.api("GET", "/pulls/2")).body).toMatchObject({ draft: false });
  });

  test("run list, view and logs", async () => {
    expect(await json(["run", "list"], "databaseId,status,conclusion,workflowName,headBranch")).toMatchObject(
      [
        {
          databaseId: runId,
          status: "completed",
          conclusion: "failure",
          workflowName: "CI",
          headBranch: "topic",
        },
      ],
    );
    expect(await ask(["run", "view", String(runId)])).toMatch(/topic CI[\s\S]*build in 2s/);
    expect(await json(["run", "view", String(runId)], "jobs,conclusion,event")).toMatchObject({
      jobs: [{ databaseId: jobId, name: "build", steps: [{ name: "Run ls", conclusion: "failure" }] }],
      conclusion: "failure",
      event: "push",
    });
    for (const flag of ["--log", "--log-failed"])
      expect(await ask(["run", "view", String(runId), flag])).toBe(
        LOG.trim().replaceAll(/^/gm, "build\tRun ls\t"),
      );
  });

  test("workflow list and run", async () => {
    expect(await ask(["workflow", "list"])).toMatch(/^CI\tactive\t\d+$/);
    const seen = world.events.length;
    await ask(["workflow", "run", "ci.yml", "--ref", "main"]);
    expect(world.events.slice(seen)).toMatchObject([{ name: "workflow_dispatch", ref: "refs/heads/main" }]);
    await expect(ask(["workflow", "run", "nothing.yml"])).rejects.toThrow(/404|could not find/);
  });

  test("label and release", async () => {
    const labels = JSON.parse(await ask(["label", "list", "--limit", "3", "--json", "name"]));
    expect(labels).toEqual([{ name: "bug" }, { name: "documentation" }, { name: "duplicate" }]);
    expect(await ask(["release", "list"])).toMatch(/^One\tLatest\tv1\.0\.0\t/);
    expect(await ask(["release", "view", "v1.0.0"])).toMatch(/tag:\tv1\.0\.0[\s\S]*The first\./);
    await expect(ask(["release", "view", "v9"])).rejects.toThrow("release not found");
  });

  test("api: REST, its pages, and GraphQL", async () => {
    expect(await ask(["api", "user", "--jq", ".login"])).toBe("acme");
    const names = await ask([
      "api",
      "--paginate",
      `repos/acme/${repository.name}/labels?per_page=4`,
      "--jq",
      ".[].name",
    ]);
    expect(names.split("\n")).toHaveLength(9);
    const query = 'query($n:Int!){repository(owner:"acme",name:"NAME"){issue(number:$n){title}}}';
    const asked = ["api", "graphql", "-F", "n=1", "-f", `query=${query.replace("NAME", repository.name)}`];
    expect(JSON.parse(await ask(asked))).toEqual({
      data: { repository: { issue: { title: "Support weeks" } } },
    });
  });

  test("repo view and clone; a pull request's branch in the clone", async () => {
    expect(await ask(["repo", "view", `acme/${repository.name}`])).toContain("# Spans");
    expect(
      await json(["repo", "view", `acme/${repository.name}`], "nameWithOwner,isPrivate,defaultBranchRef"),
    ).toEqual({
      nameWithOwner: `acme/${repository.name}`,
      isPrivate: true,
      defaultBranchRef: { name: "main" },
    });
    const folder = world.folder();
    await ask(["repo", "clone", `acme/${repository.name}`, folder]);
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("one\n");
    await ask(["pr", "checkout", "2"], { cwd: folder });
    expect(await readFile(join(folder, "b.txt"), "utf8")).toBe("two\n");
    expect(await ask(["pr", "status"], { cwd: folder })).toContain("feat: topic");
  });

  test("a shell that was given the line which `--serve` prints", async () => {
    const line = `${ghExports(world.local.url, world.owner)}; "${gh}" issue list --repo acme/${repository.name}`;
    const env = { PATH: process.env.PATH, HOME: world.folder(), GH_NO_UPDATE_NOTIFIER: "1" };
    expect((await run("sh", ["-c", line], { env })).stdout).toContain("Support weeks");
  });

  test("what is not here is told by name, and the journal says so", async () => {
    world.expectErrors(({ path }) => /milestones\/1$|actions\/caches/.test(path));
    const from = world.local.journal.length;
    await expect(ask(["api", `repos/acme/${repository.name}/milestones/1`])).rejects.toThrow(
      "GET /repos/{owner}/{repo}/milestones/{milestone_number} (issues/get-milestone) is not served here. (HTTP 501)",
    );
    await expect(ask(["api", `repos/acme/${repository.name}/actions/caches`])).rejects.toThrow(
      "Not Found (HTTP 404)",
    );
    expect(world.local.journal.slice(from).map(({ status, unknownRoute }) => [status, unknownRoute])).toEqual(
      [
        [501, true],
        [404, true],
      ],
    );
    await expect(ask(["repo", "view", "acme/nothing"])).rejects.toThrow("Could not resolve to a Repository");
    await expect(ask(["issue", "list"], { token: "wrong" })).rejects.toThrow("401");
  });

  test("every question of gh's was in the journal and right", () => {
    const asked = world.local.journal.filter(({ kind }) => kind === "graphql");
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter(({ errors }) => errors.length > 0)).toEqual([]);
    expect(field(asked[0], "route")).toBe("graphql IssueList");
  });
});
