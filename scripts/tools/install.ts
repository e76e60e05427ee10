import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { errorText } from "@slipway/model";
import type { Tool } from "./catalog.ts";
import { findTool } from "./find.ts";

const run = promisify(execFile);

/** Runs a program to its end; throws when it cannot be started or fails. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
) => Promise<void>;

export const runProgram: Run = async (program, args, { cwd, env } = {}) => {
  await run(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 1e8 });
};

export type Outcome =
  | { readonly kind: "there"; readonly where: string }
  | { readonly kind: "installed"; readonly where: string; readonly seconds: number }
  /** `why` is a sentence that says what to do. */
  | { readonly kind: "failed"; readonly why: string };

export interface InstallOptions {
  /** The folder that gets `bin/`; made when missing. */
  readonly dir: string;
  readonly run?: Run;
  /** Folders in which a system package's program is looked for before it is unpacked. */
  readonly systemFolders?: readonly string[];
}

/** Installs a tool below the folder, unless it is there in the pinned version. Throws nothing: see `Outcome`. */
export async function installTool(tool: Tool, options: InstallOptions): Promise<Outcome> {
  const { dir, run: start = runProgram, systemFolders } = options;
  const bin = join(dir, "bin");
  // What built the program says which version it is, since not every program knows its own.
  const stamp = join(dir, "versions", tool.name);
  if (findTool(tool.name, [bin]) !== undefined && (await textOf(stamp)) === tool.version) {
    return { kind: "there", where: join(bin, tool.name) };
  }
  if (tool.source.kind === "debian") {
    const there = findTool(tool.name, systemFolders);
    if (there !== undefined) return { kind: "there", where: there };
  }
  const began = performance.now();
  try {
    for (const folder of [bin, join(dir, "versions")]) await mkdir(folder, { recursive: true });
    await SOURCES[tool.source.kind](tool, dir, start);
    if (findTool(tool.name, [bin]) === undefined) throw new Error(`it left no ${join(bin, tool.name)}`);
    await writeFile(stamp, tool.version);
    const seconds = Math.round((performance.now() - began) / 1000);
    return { kind: "installed", where: join(bin, tool.name), seconds };
  } catch (error) {
    return { kind: "failed", why: whyNot(tool, error) };
  }
}

const SOURCES: Readonly<Record<Tool["source"]["kind"], (t: Tool, dir: string, run: Run) => Promise<void>>> = {
  go: async (tool, dir, start) => {
    // Pure Go, without debugging tables: quicker to link, and no C compiler is needed.
    const env = { GOBIN: join(dir, "bin"), CGO_ENABLED: "0" };
    await start("go", ["install", "-ldflags=-s -w", `${tool.source.package}@v${tool.version}`], { env });
  },
  python: async (tool, dir, start) => {
    const home = join(dir, tool.name);
    await rm(home, { recursive: true, force: true });
    await start("python3", ["-m", "venv", home]);
    const pinned = `${tool.source.package}==${tool.version}`;
    await start(join(home, "bin", "python"), [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--only-binary=:all:",
      pinned,
    ]);
    const link = join(dir, "bin", tool.name);
    await rm(link, { force: true });
    await symlink(join("..", tool.name, "bin", tool.name), link);
  },
  debian: async (tool, dir, start) => {
    const scratch = await mkdtemp(join(tmpdir(), "slipway-tool-"));
    try {
      const download = () => start("apt-get", ["download", tool.source.package], { cwd: scratch });
      // A machine that has never read the lists of packages knows none; only root may read them.
      await download().catch(async () => {
        await start("apt-get", ["update", "-q"]);
        await download();
      });
      const archive = (await readdir(scratch)).find((name) => name.endsWith(".deb"));
      if (archive === undefined) throw new Error("apt-get download left no .deb file");
      await start("dpkg-deb", ["-x", join(scratch, archive), join(dir, tool.name)]);
      await rename(join(dir, tool.name, "usr", "bin", tool.name), join(dir, "bin", tool.name));
      await rm(join(dir, tool.name), { recursive: true, force: true });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

const NEEDS: Readonly<Record<Tool["source"]["kind"], { program: string; advice: string }>> = {
  go: { program: "go", advice: "install Go 1.25 or newer (https://go.dev/dl)" },
  python: { program: "python3", advice: "install Python 3.10 or newer with venv" },
  debian: { program: "apt-get", advice: "install it with your system's package manager" },
};

function whyNot(tool: Tool, error: unknown): string {
  const { program, advice } = NEEDS[tool.source.kind];
  if ((error as { code?: unknown }).code === "ENOENT") {
    return `${tool.name} ${tool.version} needs '${program}', which is not on this machine: ${advice}, then run this again.`;
  }
  const text = String((error as { stderr?: unknown }).stderr || errorText(error)).trim();
  const last = text.split("\n").slice(-3).join(" ");
  return `${tool.name} ${tool.version} could not be installed by '${program}': ${last} If '${program}' is too old, ${advice}, then run this again.`;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
