/** Foreign code in the read-only jobs, with those jobs' own tokens: it reads, and every write is refused. */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Report } from "@slipway/cli/schemas";
import { z } from "zod";
import { ONE_TASK, type Place, repositoryFrom } from "./repositories.ts";
import { type Ended, explain, git, jsonLines, readReport, slipway } from "./support.ts";

const exchangeSchema = z.looseObject({
  method: z.string(),
  path: z.string(),
  status: z.number(),
  jobId: z.number().nullable(),
});
type Exchange = z.infer<typeof exchangeSchema>;

let place: Place;
let out = "";
let ended: Ended;
let report: Report;
let exchanges: Exchange[] = [];

beforeAll(async () => {
  place = repositoryFrom(join(ONE_TASK, "repository"), (repo) =>
    cpSync(join(ONE_TASK, "intruder"), join(repo, ".github/slipway/setup"), { recursive: true }),
  );
  out = join(place.folder, "out");
  const given = [
    "--repo",
    "repository",
    "--idea",
    "Say goodbye.",
    "--fixtures",
    join(ONE_TASK, "fixtures.json"),
  ];
  ended = await slipway(["run", ...given, "--out", out], place.folder);
  if (ended.code !== 0) throw new Error(explain(ended));
  report = readReport(out);
  exchanges = jsonLines(join(out, "requests.jsonl")).map((line) => exchangeSchema.parse(line));
}, 240_000);

afterAll(() => place.remove());

/** Logs of the jobs whose file names end so, one text. */
function logsOf(job: string): string {
  const runs = readdirSync(join(out, "runs"));
  const files = runs.flatMap((run) =>
    readdirSync(join(out, "runs", run)).map((name) => join(out, "runs", run, name)),
  );
  return files
    .filter((path) => path.endsWith(`${job}.log`))
    .map((path) => readFileSync(path, "utf8"))
    .join("");
}

/** What the jobs of this name asked for: the journal knows a job by its token. */
function askedBy(job: string): Exchange[] {
  const ids = new Set(
    report.durations.jobs.filter(({ name }) => name.endsWith(job)).map(({ jobId }) => jobId),
  );
  return exchanges.filter(({ jobId }) => jobId !== null && ids.has(jobId));
}

describe.each([
  ["Execute-Execute", "/ Execute / Execute"],
  ["QA-QA", "/ QA / QA"],
])("foreign code in %s", (file, job) => {
  test("may read, and gets 403 for each write", () => {
    const answers = [...logsOf(file).matchAll(/attempt (\S+) (\S+) (\d{3})$/gm)].map(
      ([, method, path, status]) => ({ method, path, status: Number(status) }),
    );
    const [read, ...writes] = answers.slice(0, 10);
    expect(read).toMatchObject({ method: "GET", status: 200 });
    expect(writes.map(({ path }) => path)).toEqual([
      "git/refs",
      "git/refs/heads/main",
      "issues",
      "issues/1",
      "issues/1/comments",
      "pulls",
      "check-runs",
      "releases",
      "dispatches",
    ]);
    expect(writes.filter(({ status }) => status !== 403)).toEqual([]);
  });

  test("cannot push: the checkout left no credentials, and the token does not allow it", () => {
    expect(logsOf(file)).toMatch(
      /push with what the checkout left: refused (401|terminal prompts disabled)$/m,
    );
    expect(logsOf(file)).toMatch(/push with the token: refused 403$/m);
  });

  test("was refused as that very job, and that job asked for no other write", () => {
    const writes = askedBy(job).filter(({ method, path }) =>
      path.includes("/api/v3/") ? method !== "GET" : /receive-pack/.test(path),
    );
    expect(writes.length).toBeGreaterThanOrEqual(10);
    expect(writes.filter(({ status }) => status !== 403)).toEqual([]);
  });
});

test("nothing of it has come about, and the run went on to DONE", () => {
  expect(report.run.state).toBe("DONE");
  const bare = join(out, "repository.git");
  expect(git(bare, "for-each-ref")).not.toContain("intruder");
  expect(report.release).toBeNull();
  expect(report.nodes.map(({ issue }) => issue).sort()).toEqual([1, 2]);
  const written = readdirSync(join(out, "github")).map((name) =>
    readFileSync(join(out, "github", name), "utf8"),
  );
  expect(written.join("")).not.toContain("intruder");
});
