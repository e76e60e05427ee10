import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { draftSpec, ModelAnswerError, runQa } from "@slipway/agents";
import { policySchema } from "@slipway/model";
import { parse } from "yaml";
import { fixtureFiles, scriptFolders } from "../scripts/examples/files.ts";
import { EXAMPLES, openExample, type Variant, type World } from "./examples/example.ts";
import { checkOut, git } from "./examples/git.ts";
import { draftBoth, type Play, play } from "./examples/play.ts";

const ROOT = join(import.meta.dirname, "..");
/** A play takes seconds; this is for a machine that has other things to do. */
jest.setTimeout(180_000);
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(folder: string, variant?: Variant): Promise<World> {
  const world = await openExample(folder, variant);
  closers.push(world.close);
  return world;
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-example-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const outcomes = ({ played }: Play) => played.map(({ nodeId, qa }) => `${nodeId} ${qa.verdict}`);
const checks = ({ dir, policy }: World) => runQa({ workDir: dir, qa: policy.qa, seconds: 60 });

/** Everything that was handed over is finished, reviewed, and of a size that the policy allows. */
function expectSound({ played }: Play) {
  for (const { draft, review, nodeId } of played) {
    expect([nodeId, draft.outcome, draft.refused]).toEqual([nodeId, "finished", []]);
    expect([nodeId, review.verdict]).toEqual([nodeId, "pass"]);
    for (const finding of review.findings) expect(finding.path).not.toBeNull();
    // A tool call that was refused would stand in the trajectory as an error.
    const results = draft.trajectory.split("\n").filter((line) => line.includes('"type":"result"'));
    expect(results.filter((line) => line.includes('"isError":true'))).toEqual([]);
  }
}

describe("fixtures", () => {
  test.each(scriptFolders(EXAMPLES).map((folder) => [relative(EXAMPLES, folder.fixtures), folder] as const))(
    "%s are those of its script",
    (_, { script, fixtures }) => {
      const wanted = fixtureFiles(script);
      expect(readdirSync(fixtures).sort()).toEqual([...wanted.keys()]);
      for (const [name, text] of wanted) expect(readFileSync(join(fixtures, name), "utf8")).toBe(text);
    },
  );
});

describe.each(["forward", "backward"] as const)("side by side, merged %s", (order) => {
  test("the sample loses the sign of negative spans, mends it and ends green", async () => {
    const world = await start("sample");
    const result = await play(world, order);
    expectSound(result);
    expect(outcomes(result)).toEqual(["T1 pass", "T2 pass", "T3 fail", "D1 pass", "T4 pass", "T5 pass"]);
    const broken = result.played.find(({ nodeId }) => nodeId === "T3")?.qa.commands;
    expect(broken?.find(({ name }) => name === "lint")?.exitCode).toBe(0);
    expect(broken?.find(({ name }) => name === "test")?.output).toContain("one sign for a negative span");
    checkOut(world.dir, result.end ?? "");
    expect(await checks(world)).toMatchObject({ verdict: "pass" });
    for (const node of nodes())
      execFileSync(node[0], [...node.slice(1), "scripts/test.mjs"], { cwd: world.dir });
    expect(await typeErrors(world.dir)).toBe("");
    await expectSameStripping(world.dir);
  });

  test("the second example ends green", async () => {
    const world = await start("second");
    const result = await play(world, order);
    expectSound(result);
    expect(outcomes(result)).toEqual(["T1 pass", "T2 pass", "T3 pass"]);
    checkOut(world.dir, result.end ?? "");
    expect(await checks(world)).toMatchObject({ verdict: "pass" });
  });

  test("the task that merges second conflicts, starts anew and keeps both colours", async () => {
    const world = await start("conflict");
    const result = await play(world, order);
    expectSound(result);
    const second = order === "forward" ? "T2" : "T1";
    expect(result.played.map(({ nodeId, attempt, conflicts }) => [nodeId, attempt, conflicts])).toEqual([
      ["T1", 1, second === "T1" ? ["palette.json"] : []],
      ["T2", 1, second === "T2" ? ["palette.json"] : []],
      [second, 2, []],
    ]);
    checkOut(world.dir, result.end ?? "");
    const { colours } = JSON.parse(readFileSync(join(world.dir, "palette.json"), "utf8"));
    expect(colours.toSorted()).toEqual(["blue", "green", "red", "yellow"]);
  });

  test("with the other script the second attempt changes nothing and says which file", async () => {
    const variant = { policy: "slipway-blocked.yml", fixtures: "fixtures-blocked" };
    const result = await play(await start("conflict", variant), order);
    expect(result.end).toBeNull();
    const last = result.played.at(-1);
    expect(last).toMatchObject({ attempt: 2, draft: { outcome: "finished", files: [] } });
    expect(last?.draft.summary).toContain("palette.json");
  });
});

describe("the sample", () => {
  test("has the plan that it promises", async () => {
    const { plan } = await draftBoth(await start("sample"));
    const tasks = plan.nodes.filter(({ kind }) => kind === "task");
    expect(plan.nodes.filter(({ kind }) => kind === "feature").length).toBeGreaterThanOrEqual(2);
    expect(tasks.length).toBeGreaterThanOrEqual(5);
    const beside = (a: (typeof tasks)[0]) => (b: (typeof tasks)[0]) =>
      a !== b && a.parent === b.parent && a.orderIndex === b.orderIndex;
    expect(tasks.some((task) => tasks.some(beside(task)))).toBe(true);
    const parentOf = (id: string) => plan.nodes.find((node) => node.id === id)?.parent;
    expect(tasks.some((task) => task.dependsOn.some((id) => parentOf(id) !== task.parent))).toBe(true);
  });

  test("passes its own tests at the start, on every Node that is at hand and without the types", async () => {
    const world = await start("sample");
    expect(await checks(world)).toMatchObject({ verdict: "pass" });
    for (const node of nodes())
      execFileSync(node[0], [...node.slice(1), "scripts/test.mjs"], { cwd: world.dir });
    expect(await typeErrors(world.dir)).toBe("");
    await expectSameStripping(world.dir);
  });

  test("its tests fail when there is something to fail", async () => {
    const world = await start("sample");
    writeFileSync(
      join(world.dir, "test/zero.test.ts"),
      'import { test } from "node:test";\ntest("no", () => { throw 1; });\n',
    );
    expect(await checks(world)).toMatchObject({ verdict: "fail" });
  });
});

describe("broken input", () => {
  test("a model that answers with the wrong shape three times", async () => {
    const world = await start("conflict", { fixtures: "../broken/fixtures-wrong-shape" });
    const { client, policy, idea } = world;
    const repository = { name: "example/palette", description: null };
    const asked = draftSpec({
      client,
      policy,
      runId: "r-20261121-abc123",
      attempt: 1,
      idea,
      repository,
      context: "",
    });
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelAnswerError);
    expect(error).toMatchObject({ stage: "spec", usage: { calls: 3 } });
    expect(String(error)).toContain("3 times");
  });

  test("a test command that does not exist", async () => {
    const world = await start("conflict", { policy: "../broken/slipway-no-command.yml" });
    const result = await checks(world);
    expect(result).toMatchObject({ verdict: "fail", commands: [{ exitCode: 127 }] });
  });

  test("a policy with an unknown key", () => {
    const text = readFileSync(join(EXAMPLES, "broken/slipway-unknown-key.yml"), "utf8");
    expect(policySchema.safeParse(parse(text)).error?.message).toContain("gates");
  });
});

/** Command lines of each Node on the path, and of ours with its type stripping switched off. */
function nodes(): [string, ...string[]][] {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .filter((file) => {
      try {
        return execFileSync(file, ["--version"], { encoding: "utf8", stdio: "pipe" }).startsWith("v");
      } catch {
        return false;
      }
    });
  return [[process.execPath, "--no-strip-types"], ...[...new Set(found)].map((file): [string] => [file])];
}

/** What the compiler has to say of the library, whose own repository does not bring one. */
async function typeErrors(dir: string): Promise<string> {
  const folder = scratch();
  cpSync(dir, folder, { recursive: true });
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "es2023", module: "nodenext", allowImportingTsExtensions: true },
    ...{ erasableSyntaxOnly: true, verbatimModuleSyntax: true, noUncheckedIndexedAccess: true },
    ...{ types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src", "test"] }));
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  try {
    execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** The library's own way to take types out, for old versions of Node, does what Node does. */
async function expectSameStripping(dir: string): Promise<void> {
  const { stripTypes } = await import(pathToFileURL(join(dir, "scripts/strip-types.mjs")).href);
  const plain = (code: string) => code.replace(/\s+/g, " ");
  for (const path of git(dir, "ls-files", "*.ts").split("\n")) {
    const source = readFileSync(join(dir, path), "utf8");
    expect([path, plain(stripTypes(source))]).toEqual([path, plain(stripTypeScriptTypes(source))]);
  }
}
