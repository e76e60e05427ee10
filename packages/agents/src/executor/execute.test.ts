import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  GREETING,
  type ModelServer,
  makeRepository,
  NODE,
  POLICY,
  type Repository,
  SPEC,
  startModel,
} from "../testing/world.ts";
import { type ChangeDraft, type ExecuteRequest, executeNode } from "./execute.ts";

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}
const bash = (command: string): Call => ({ name: "bash", arguments: { command } });
const editor = (command: string, rest: Record<string, unknown>): Call => ({
  name: "str_replace_based_edit_tool",
  arguments: { command, ...rest },
});
const submit = (summary = "Done."): Call => ({ name: "submit", arguments: { title: "Do it.", summary } });

describe("the built-in executor", () => {
  let model: ModelServer;
  let repository: Repository;
  beforeEach(async () => {
    model = await startModel();
    repository = await makeRepository({
      ...GREETING,
      "bin/run.sh": "#!/bin/sh\n",
      ".gitignore": "ignored/\n",
      "pixel.bin": Buffer.from([0, 1, 255]),
    });
  });
  afterEach(async () => {
    await model.stop();
    await repository.remove();
  });

  /** One array of calls for each turn of the model; a string is a turn without a call. */
  const script = (...turns: (readonly Call[] | string)[]) => {
    turns.forEach((turn, turnIndex) => {
      const usage = { input_tokens: 100, output_tokens: 10 };
      model.mock.on(
        { userMessage: "Slipway node: T1\n", turnIndex },
        typeof turn === "string"
          ? { content: turn, usage }
          : {
              toolCalls: turn.map((call) => ({ ...call, arguments: JSON.stringify(call.arguments) })),
              usage,
            },
      );
    });
  };
  const run = (more: Partial<ExecuteRequest> = {}): Promise<ChangeDraft> =>
    executeNode({
      client: model.client,
      policy: POLICY,
      runId: "r-20261121-abc123",
      attempt: 1,
      workDir: repository.dir,
      startSha: repository.sha,
      node: NODE,
      spec: SPEC,
      context: "",
      ...more,
      limits: { steps: 10, seconds: 60, files: 20, bytes: 100_000, commandSeconds: 20, ...more.limits },
    });
  /** What the model was shown, one text for each result. */
  const results = (draft: ChangeDraft): string[] =>
    draft.trajectory
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; text: string })
      .filter(({ type }) => type === "result")
      .map(({ text }) => text);

  test("collects text, modes, binary, deletions and new files, and says what it was told", async () => {
    script(
      [
        editor("str_replace", { path: "greet.mjs", old_str: "Hello", new_str: "Good day" }),
        editor("create", { path: "src/deep/new file.mjs", file_text: "export {};\n" }),
        editor("insert", { path: "README.md", insert_line: 0, insert_text: "<!-- top -->" }),
        bash(
          "chmod +x bin/run.sh && printf '\\000\\377new' > pixel.bin && rm greet.test.mjs && mkdir ignored && echo x > ignored/x",
        ),
      ],
      [submit("Greets politely. Closes #4, thanks @octocat.")],
    );
    const draft = await run();
    expect(draft).toMatchObject({
      outcome: "finished",
      title: "Do it",
      steps: 2,
      refused: [],
      startSha: repository.sha,
    });
    expect(draft.files).toEqual([
      {
        status: "written",
        path: "README.md",
        mode: "100644",
        encoding: "utf-8",
        content: "<!-- top -->\n# greet\n\nSays hello.\n",
      },
      { status: "written", path: "bin/run.sh", mode: "100755", encoding: "utf-8", content: "#!/bin/sh\n" },
      {
        status: "written",
        path: "greet.mjs",
        mode: "100644",
        encoding: "utf-8",
        content: 'export const greet = () => "Good day!";\n',
      },
      { status: "deleted", path: "greet.test.mjs" },
      {
        status: "written",
        path: "pixel.bin",
        mode: "100644",
        encoding: "base64",
        content: Buffer.from("\0\xffnew", "latin1").toString("base64"),
      },
      {
        status: "written",
        path: "src/deep/new file.mjs",
        mode: "100644",
        encoding: "utf-8",
        content: "export {};\n",
      },
    ]);
    expect(draft.summary).not.toMatch(/Closes #|@octocat/);
    expect(draft.usage).toMatchObject({ calls: 2, inputTokens: 200, outputTokens: 20 });
    expect(await repository.git("status", "--short", "greet.mjs")).toBe("M greet.mjs");
  });

  test("commands see a clean environment, no input and only their own shell", async () => {
    process.env.GITHUB_TOKEN_FOR_TEST = "ghs_secret";
    script(
      [
        bash("env | sort; cat; pwd"),
        bash("cd bin && export A=1"),
        bash("printenv A || echo none; pwd; exit 3"),
      ],
      [submit()],
    );
    const draft = await run({
      env: { JAVA_HOME: "/jdk", GITHUB_OUTPUT: "/x", NPM_TOKEN: "t", PATH: "/extra/bin" },
    });
    delete process.env.GITHUB_TOKEN_FOR_TEST;
    const [first = "", , third = ""] = results(draft);
    const names = first.split("\n").flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !["PWD", "SHLVL", "_"].includes(name))).toEqual([
      "CI",
      "HOME",
      "JAVA_HOME",
      "LANG",
      "PATH",
      "TERM",
    ]);
    expect(first).toContain("PATH=/extra/bin:");
    expect(third).toBe(`none\n${repository.dir}\n[exit code 3]`);
  });

  test("a command that forks and hangs is killed whole, with its output so far", async () => {
    const pidFile = join(repository.dir, "ignored-pid");
    script([bash(`echo before; (sleep 300 & echo $! > ${pidFile}; wait) & sleep 300`)], [submit()]);
    const draft = await run({
      limits: { steps: 10, seconds: 60, files: 20, bytes: 100_000, commandSeconds: 1 },
    });
    expect(results(draft)[0]).toMatch(/^before\n\[killed after 1 s with everything it had started\]$/);
    expect(isRunning(Number(readFileSync(pidFile, "utf8")))).toBe(false);
  });

  test("what a command leaves in the background does not outlive it", async () => {
    script([bash("sleep 300 & echo $!")], [submit()]);
    const draft = await run();
    expect(isRunning(Number.parseInt(results(draft)[0] ?? "", 10))).toBe(false);
  });

  test("long output is cut to head and tail and says so", async () => {
    script([bash("head -c 30000000 /dev/zero | tr '\\0' 'x'; echo; echo the end")], [submit()]);
    const [shown = ""] = results(await run());
    expect(shown.length).toBeLessThan(10_200);
    expect(shown).toMatch(/^x{5000}\n\[… 29990009 characters left out …\]\nx+\nthe end\n\[exit code 0\]$/);
  });

  test("paths stay in the work tree, also behind links", async () => {
    const outside = mkdtempSync(join(tmpdir(), "slipway-outside-"));
    const wished = [
      "../x",
      "/etc/passwd",
      ".git/config",
      "sub/.GIT/hooks/x",
      "out/x",
      "dangling",
      "/proc/self/environ",
    ];
    script(
      [bash(`ln -s ${outside} out; ln -s ${outside}/no dangling`)],
      wished.map((path) => editor("create", { path, file_text: "x" })),
      [editor("view", { path: "out" }), editor("view", { path: join(repository.dir, "greet.mjs") })],
      [bash("rm out dangling"), submit()],
    );
    const texts = results(await run());
    expect(texts.slice(1, 1 + wished.length)).toEqual(
      wished.map(() => expect.stringMatching(/outside the repository|belongs to Git|leads out/)),
    );
    expect(texts[1 + wished.length]).toContain("leads out of the repository");
    expect(texts[2 + wished.length]).toContain("export const greet");
    expect(existsSync(join(outside, "x"))).toBe(false);
    rmSync(outside, { recursive: true });
  });

  test("an edit that does not fit says what would", async () => {
    script(
      [
        editor("str_replace", { path: "greet.mjs", old_str: "export  const greet = () =>", new_str: "" }),
        editor("str_replace", { path: "greet.test.mjs", old_str: "greet", new_str: "" }),
        editor("str_replace", { path: "no.mjs", old_str: "x", new_str: "" }),
        editor("view", { path: "greet.mjs", view_range: [5, 9] }),
        editor("view", { path: "pixel.bin" }),
        editor("insert", { path: "greet.mjs", insert_line: 9, insert_text: "x" }),
        editor("view", { path: "." }),
      ],
      [submit()],
    );
    expect(results(await run())).toEqual([
      expect.stringContaining("does not stand in greet.mjs"),
      expect.stringMatching(/stands 3 times in greet\.test\.mjs \(lines 3, 3, 5\)|stands \d times/),
      "no.mjs does not exist. Use create to make it.",
      "view_range [5, 9] is not in greet.mjs, which has 1 lines.",
      "pixel.bin is not a text file. Use the shell.",
      "greet.mjs has 1 lines; insert_line is 9.",
      expect.stringContaining("bin/\nbin/run.sh\ngreet.mjs"),
      "Submitted.",
    ]);
  });

  test("links, submodules, protected paths and nested repositories are left out by name, the rest is kept", async () => {
    const make =
      "git init -q nested && cd nested && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && cd .. && git init -q unborn && echo x > unborn/x";
    const again = submit();
    script(
      [
        bash(
          `${make}; ln -s README.md link; mkdir -p .github/workflows && echo 'on: push' > .github/workflows/x.yml; echo ok > kept.txt`,
        ),
      ],
      [again],
      [again],
      [again],
    );
    const draft = await run();
    expect(draft.files.map(({ path }) => path)).toEqual(["kept.txt"]);
    expect(draft.refused.map(({ path }) => path).sort()).toEqual([
      ".github/workflows/x.yml",
      "link",
      "nested",
      "unborn",
    ]);
    expect(results(draft)[1]).toContain("Not submitted yet");
    expect(draft.outcome).toBe("finished");
    expect(draft.summary).toMatch(/Left out of the change:[\s\S]*"link": it is a symbolic link/);
  });

  test("nothing done to .git has an effect on the change", async () => {
    const evil = join(repository.dir, "evil-ran");
    script(
      [
        bash(
          `printf '#!/bin/sh\\ntouch ${evil}\\n' > .git/evil && chmod +x .git/evil && cp .git/evil .git/hooks/post-index-change && git config core.fsmonitor "$PWD/.git/evil" && git config filter.x.clean "$PWD/.git/evil" && echo '*.mjs filter=x' > .gitattributes && echo '*.txt' > .git/info/exclude && echo a > a.txt && echo '// more' >> greet.mjs && GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b git commit -qam mine --no-verify; rm -f ${evil}`,
        ),
      ],
      [bash("rm -rf .git")],
      [submit()],
    );
    const draft = await run();
    expect(existsSync(evil)).toBe(false);
    expect(draft.files.map(({ path }) => path)).toEqual([".gitattributes", "a.txt", "greet.mjs"]);
  });

  test("a limit of the change is said when the agent asks, and the work is kept when it persists", async () => {
    script([bash("for i in $(seq 25); do echo $i > f$i.txt; done")], [submit()], [submit()], [submit()]);
    const draft = await run();
    expect(results(draft)[1]).toContain("25 files and limits.files allows 20");
    expect(draft).toMatchObject({ outcome: "unfinished", reason: expect.stringContaining("25 files") });
    expect(draft.files).toHaveLength(25);
  });

  test("the turn limit ends it with the work saved", async () => {
    script([bash("echo a > a.txt")], [bash("true")]);
    const draft = await run({ limits: { steps: 2, seconds: 60, files: 20, bytes: 100_000 } });
    expect(draft).toMatchObject({ outcome: "unfinished", steps: 2, title: NODE.title });
    expect(draft.reason).toMatch(/limit of 2 turns/);
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(draft.trajectory.trim().split("\n").at(-1)).toContain('"type":"end"');
  });

  test("the time limit ends it while a command runs", async () => {
    script([bash("echo a > a.txt; sleep 60")], [submit()]);
    const draft = await run({ limits: { steps: 9, seconds: 2, files: 20, bytes: 100_000 } });
    expect(draft.reason).toMatch(/time limit of 2 s/);
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
  });

  test("a stop from outside ends it with the work saved", async () => {
    const controller = new AbortController();
    script([bash("echo a > a.txt")], [bash("true")]);
    const draft = await run({
      signal: controller.signal,
      onStep: (line) => line.includes('"type":"result"') && controller.abort(),
    });
    expect(draft).toMatchObject({
      outcome: "unfinished",
      reason: "The job was asked to stop.",
      files: [{ path: "a.txt" }],
    });
  });

  test("three format errors in a row end it; a good call between starts the count again", async () => {
    script(
      "I think.",
      [{ name: "unknown", arguments: {} }],
      [bash("true")],
      "Hm.",
      [{ name: "bash", arguments: { cmd: 1 } }],
      "Well.",
      [submit()],
    );
    const draft = await run();
    expect(draft).toMatchObject({ outcome: "unfinished", steps: 6 });
    expect(draft.reason).toMatch(/3 answers in a row/);
    expect(results(draft)[0]).toContain('There is no tool "unknown"');
  });

  test.each([
    [
      "overload",
      { error: { message: "busy", type: "overloaded_error" }, status: 529 },
      /answered 529.*retry the stage later/s,
    ],
    ["refusal", { content: "no", finishReason: "refusal" }, /refused.*Reword/s],
    ["context", { content: "no", finishReason: "model_context_window_exceeded" }, /context window.*Split/s],
  ])("%s in the middle keeps the work", async (_name, response, reason) => {
    script([bash("echo a > a.txt")]);
    model.mock.on({ userMessage: "Slipway node: T1\n", turnIndex: 1 }, response);
    const draft = await run();
    expect(draft).toMatchObject({
      outcome: "unfinished",
      files: [{ path: "a.txt" }],
      usage: { inputTokens: 100 },
    });
    expect(draft.reason).toMatch(reason);
  });

  test("an answer cut off at the output limit is said, not taken for a call", async () => {
    model.mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex: 0 },
      { toolCalls: [{ name: "bash", arguments: '{"command":"echo a > a.txt"}' }], finishReason: "length" },
    );
    model.mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex: 1 },
      { toolCalls: [{ name: "submit", arguments: '{"title":"t","summary":"s"}' }] },
    );
    const draft = await run();
    expect(results(draft)[0]).toContain("cut off");
    expect(draft.files).toEqual([]);
  });

  test("the trouble of the last attempt reaches the model, credentials do not reach the trajectory", async () => {
    script([bash("echo ghp_abcdefghijklmnopqrstuvwxyz0123456789 my-own-key-1")], [submit()]);
    const lines: string[] = [];
    const draft = await run({
      trouble: "greet.test.mjs failed: expected Ada",
      attempt: 2,
      secrets: ["my-own-key-1"],
      onStep: (line) => lines.push(line),
    });
    expect(draft.trajectory).toContain("expected Ada");
    expect(draft.trajectory).not.toMatch(/ghp_|my-own-key/);
    expect(lines.map((line) => `${line}\n`).join("")).toBe(draft.trajectory);
  });

  test("a shallow checkout with submodules and LFS content gives only what the agent changed", async () => {
    const content = "large\n";
    const oid = createHash("sha256").update(content).digest("hex");
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
    await repository.write({
      "big.dat": pointer,
      "other.dat": pointer,
      ".gitattributes": "*.dat filter=lfs -text\n",
    });
    await repository.git("add", "-A");
    await repository.git("update-index", "--add", "--cacheinfo", `160000,${repository.sha},vendored`);
    await repository.git("commit", "-q", "-m", "more");
    const startSha = await repository.git("rev-parse", "HEAD");
    const workDir = join(mkdtempSync(join(tmpdir(), "slipway-shallow-")), "work");
    await repository.git("clone", "-q", "--depth=1", `file://${repository.dir}`, workDir);
    // What `git lfs checkout` leaves: content where the commit has a pointer.
    writeFileSync(join(workDir, "big.dat"), content);
    writeFileSync(join(workDir, "other.dat"), content);
    script([bash("echo more >> other.dat; echo a > a.txt")], [submit()], [submit()], [submit()]);
    const draft = await run({ workDir, startSha });
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(draft.refused).toEqual([{ path: "other.dat", reason: expect.stringContaining("Git LFS") }]);
    rmSync(join(workDir, ".."), { recursive: true });
  });

  test("a work tree that is gone ends it with a reason and the tokens that were paid", async () => {
    script([bash(`rm -rf ${repository.dir}`)], [bash("true")], [submit()], [submit()], [submit()]);
    const draft = await run();
    expect(draft).toMatchObject({ outcome: "unfinished", files: [], usage: { calls: 5, inputTokens: 500 } });
    expect(draft.reason).toMatch(/could not be collected/);
  });

  test("a checkout without the commit is an error that says so", async () => {
    await expect(run({ startSha: "1".repeat(40) })).rejects.toThrow(/does not hold the commit 1111/);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed child that nobody has waited for is still listed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
