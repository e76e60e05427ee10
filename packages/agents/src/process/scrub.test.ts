import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "@jest/globals";

const MODULE = JSON.stringify(join(import.meta.dirname, "scrub.ts"));

/** Runs a program in a process of its own and looks at that from outside while it waits. */
async function observed(body: string, env: Readonly<Record<string, string>>) {
  const program = `import { scrubEnvironment } from ${MODULE};\nconst blanked = ${body};
    console.log(JSON.stringify({ blanked, env: process.env }));\nprocess.stdin.resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const environ = readFileSync(`/proc/${child.pid}/environ`, "utf8");
  child.stdin.end();
  await once(child, "exit");
  return { ...(JSON.parse(line) as { blanked: number; env: Record<string, string> }), environ };
}

const KEY = "sk-test-0123456789";

(process.platform === "linux" ? describe : describe.skip)("scrubEnvironment", () => {
  const env = {
    AAA: "first",
    API_KEY: KEY,
    GREETING: "Grüße\nund mehr",
    WRAPPED: `Bearer ${KEY}`,
    ZZZ: "last",
    EMPTY: "",
  };

  test("blanks by name, also for those who look from outside, and leaves the rest", async () => {
    const seen = await observed('scrubEnvironment({ names: ["API_KEY", "EMPTY", "ABSENT"] })', env);
    expect(seen.blanked).toBe(1);
    expect(seen.environ.split("\0")).toEqual(
      expect.arrayContaining([
        "AAA=first",
        "API_KEY=",
        "GREETING=Grüße\nund mehr",
        `WRAPPED=Bearer ${KEY}`,
        "ZZZ=last",
      ]),
    );
    expect(seen.env).toMatchObject({ ...env, API_KEY: "" });
  });

  test("blanks by value wherever it stands", async () => {
    const seen = await observed(`scrubEnvironment({ values: [${JSON.stringify(KEY)}, "last", ""] })`, env);
    expect(seen).toMatchObject({ blanked: 2, env: { AAA: "first", ZZZ: "last", API_KEY: "", WRAPPED: "" } });
    expect(seen.environ).not.toContain(KEY);
  });

  test("deleting alone does not; a variable set anew keeps its new value", async () => {
    const deleted = await observed("delete process.env.API_KEY", env);
    expect(deleted.environ).toContain(KEY);
    const again = await observed(
      'scrubEnvironment({ names: ["API_KEY"] }) + Number(Boolean(process.env.API_KEY = "new one"))',
      env,
    );
    expect(again.env.API_KEY).toBe("new one");
    expect(again.environ).not.toMatch(/API_KEY=[^\0]|new one/);
  });
});
