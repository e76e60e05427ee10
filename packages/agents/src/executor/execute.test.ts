import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Bench, bash, editor, LIMITS, openBench, results, submit } from "../testing/bench.ts";
import { running } from "../testing/processes.ts";

describe("the built-in executor", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  test("collects text, modes, binary, deletions and new files, and says what it was told", async () => {
    bench.script(
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
    const draft = await bench.run();
    expect(draft).toMatchObject({
      outcome: "finished",
      ending: "submitted",
      title: "Do it",
      steps: 2,
      refused: [],
      startSha: bench.repository.sha,
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
    expect(await bench.repository.git("status", "--short", "greet.mjs")).toBe("M greet.mjs");
  });

  test("commands see a clean environment, no input and only their own shell", async () => {
    process.env.GITHUB_TOKEN_FOR_TEST = "ghs_secret";
    bench.script(
      [
        bash("env | sort; cat; pwd"),
        bash("cd bin && export A=1"),
        bash("printenv A || echo none; pwd; exit 3"),
      ],
      [submit()],
    );
    const draft = await bench.run({
      env: { JAVA_HOME: "/jdk", GITHUB_OUTPUT: "/x", NPM_TOKEN: "t", PATH: "/extra/bin" },
    });
    delete process.env.GITHUB_TOKEN_FOR_TEST;
    const [first = "", , third = ""] = results(draft);
    const names = first.split("\n").flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !["PWD", "SHLVL", "_", "SLIPWAY_COMMAND"].includes(name))).toEqual([
      "CI",
      "HOME",
      "JAVA_HOME",
      "LANG",
      "PATH",
      "TERM",
      "TMPDIR",
    ]);
    expect(first).toContain("PATH=/extra/bin:");
    expect(third).toBe(`none\n${bench.repository.dir}\n[exit code 3]`);
  });

  test("a command that forks and hangs is killed whole, with its output so far", async () => {
    bench.script([bash("echo before; (sleep 3017 & wait) & sleep 3018")], [submit()]);
    const draft = await bench.run({ limits: { ...LIMITS, commandSeconds: 1 } });
    expect(results(draft)[0]).toMatch(/^before\n\[killed after \d+ s with everything it had started\]$/);
    expect(["3017", "3018"].filter(running)).toEqual([]);
  });

  test("what a command leaves in the background does not outlive it", async () => {
    bench.script([bash("sleep 3019 & setsid sleep 3020 & echo started")], [submit()]);
    const draft = await bench.run();
    expect(results(draft)[0]).toMatch(/^started\n/);
    expect(["3019", "3020"].filter(running)).toEqual([]);
  });

  test("long output is cut to head and tail and says so", async () => {
    bench.script([bash("head -c 30000000 /dev/zero | tr '\\0' 'x'; echo; echo the end")], [submit()]);
    const [shown = ""] = results(await bench.run());
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
    bench.script(
      [bash(`ln -s ${outside} out; ln -s ${outside}/no dangling`)],
      wished.map((path) => editor("create", { path, file_text: "x" })),
      [editor("view", { path: "out" }), editor("view", { path: join(bench.repository.dir, "greet.mjs") })],
      [bash("rm out dangling"), submit()],
    );
    const texts = results(await bench.run());
    expect(texts.slice(1, 1 + wished.length)).toEqual(
      wished.map(() => expect.stringMatching(/outside the repository|belongs to Git|leads out/)),
    );
    expect(texts[1 + wished.length]).toContain("leads out of the repository");
    expect(texts[2 + wished.length]).toContain("export const greet");
    expect(existsSync(join(outside, "x"))).toBe(false);
    rmSync(outside, { recursive: true });
  });

  test("an edit that does not fit says what would", async () => {
    bench.script(
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
    expect(results(await bench.run())).toEqual([
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
    bench.script(
      [
        bash(
          `${make}; ln -s README.md link; mkdir -p .github/workflows && echo 'on: push' > .github/workflows/x.yml; echo ok > kept.txt`,
        ),
      ],
      [again],
      [again],
      [again],
    );
    const draft = await bench.run();
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
    const evil = join(bench.repository.dir, "evil-ran");
    bench.script(
      [
        bash(
          `printf '#!/bin/sh\\ntouch ${evil}\\n' > .git/evil && chmod +x .git/evil && cp .git/evil .git/hooks/post-index-change && git config core.fsmonitor "$PWD/.git/evil" && git config filter.x.clean "$PWD/.git/evil" && echo '*.mjs filter=x' > .gitattributes && echo '*.txt' > .git/info/exclude && echo a > a.txt && echo '// more' >> greet.mjs && GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b git commit -qam mine --no-verify; rm -f ${evil}`,
        ),
      ],
      [bash("rm -rf .git")],
      [submit()],
    );
    const draft = await bench.run();
    expect(existsSync(evil)).toBe(false);
    expect(draft.files.map(({ path }) => path)).toEqual([".gitattributes", "a.txt", "greet.mjs"]);
  });

  test("a shallow checkout with submodules and LFS content gives only what the agent changed", async () => {
    const content = "large\n";
    const oid = createHash("sha256").update(content).digest("hex");
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
    await bench.repository.write({
      "big.dat": pointer,
      "other.dat": pointer,
      ".gitattributes": "*.dat filter=lfs -text\n",
    });
    await bench.repository.git("add", "-A");
    await bench.repository.git(
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${bench.repository.sha},vendored`,
    );
    await bench.repository.git("commit", "-q", "-m", "more");
    const startSha = await bench.repository.git("rev-parse", "HEAD");
    const workDir = join(mkdtempSync(join(tmpdir(), "slipway-shallow-")), "work");
    await bench.repository.git("clone", "-q", "--depth=1", `file://${bench.repository.dir}`, workDir);
    // What `git lfs checkout` leaves: content where the commit has a pointer.
    writeFileSync(join(workDir, "big.dat"), content);
    writeFileSync(join(workDir, "other.dat"), content);
    bench.script([bash("echo more >> other.dat; echo a > a.txt")], [submit()], [submit()], [submit()]);
    const draft = await bench.run({ workDir, startSha });
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(draft.refused).toEqual([{ path: "other.dat", reason: expect.stringContaining("Git LFS") }]);
    rmSync(join(workDir, ".."), { recursive: true });
  });
});
