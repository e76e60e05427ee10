// Builds each action's `dist/` with ncc. `--check` builds into a scratch folder and fails when what is
// committed differs. The TypeScript is first emitted to `.build/`, because ncc reads JavaScript.
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const build = join(root, ".build");
const check = process.argv.includes("--check");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));

const actions = readdirSync(root).filter(
  (name) => name.startsWith("action-") && existsSync(join(root, name, "src", "index.ts")),
);

emit();
const wanted = actions.filter((name) => only.length === 0 || only.includes(name));
const stale: string[] = [];
// Two at a time: bundling is all processor, and two cores are what a hosted runner has at least.
const queue = [...wanted];
await Promise.all(
  [0, 1].map(async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (!(await bundle(name))) stale.push(name);
    }
  }),
);
if (stale.length > 0) {
  console.error(`Stale dist: ${stale.sort().join(", ")}. Run \`npm run build\` and commit the result.`);
  process.exit(1);
}

function emit(): void {
  rmSync(build, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
    {
      stdio: "inherit",
    },
  );
  // Workspace packages resolve to what was emitted, everything else to the real node_modules above.
  mkdirSync(join(build, "node_modules", "@slipway"), { recursive: true });
  for (const name of readdirSync(join(build, "packages"))) {
    const manifest = {
      name: `@slipway/${name}`,
      type: "module",
      sideEffects: false,
      exports: "./src/index.js",
    };
    writeFileSync(join(build, "packages", name, "package.json"), JSON.stringify(manifest));
    symlinkSync(join(build, "packages", name), join(build, "node_modules", "@slipway", name));
    linkOwnDependencies(join("packages", name));
  }
  for (const name of actions) {
    writeFileSync(join(build, name, "package.json"), JSON.stringify({ type: "module", sideEffects: false }));
    linkOwnDependencies(name);
  }
}

/** ncc minifies the entry alone; the chunks are most of the bytes that every job downloads and parses. */
function minify(path: string): void {
  const { code } = transformSync(readFileSync(path, "utf8"), {
    minify: true,
    target: "node24",
    format: "esm",
    legalComments: "none",
    charset: "utf8",
  });
  writeFileSync(path, code);
}

/** npm keeps a dependency beside its package where another version of it is at the root. */
function linkOwnDependencies(folder: string): void {
  const own = join(root, folder, "node_modules");
  if (existsSync(own)) symlinkSync(own, join(build, folder, "node_modules"));
}

/** Returns whether the committed dist equals what was just built (always true when not checking). */
async function bundle(name: string): Promise<boolean> {
  const output = join(build, "dist", name);
  const ncc = join(root, "node_modules/@vercel/ncc/dist/ncc/cli.js");
  const options = ["-o", output, "--target", "es2024", "--no-cache", "-q"];
  await run(process.execPath, [ncc, "build", join(build, name, "src", "index.js"), ...options], {
    cwd: build,
  });
  if (hasPost(name)) await bundlePost(join(output, "post"));
  for (const file of readdirSync(output, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".js")) minify(join(output, file));
  const target = join(root, name, "dist");
  if (check) return sameFolder(output, target);
  rmSync(target, { recursive: true, force: true });
  cpSync(output, target, { recursive: true });
  return true;
}

function hasPost(name: string): boolean {
  return readFileSync(join(root, name, "action.yml"), "utf8").includes("post: dist/post/index.js");
}

/** The same small program ends the job of every action that writes: beside `main`, so that `main` loads none of it. */
async function bundlePost(output: string): Promise<void> {
  const ncc = join(root, "node_modules/@vercel/ncc/dist/ncc/cli.js");
  const entry = join(build, "packages", "action-kit", "src", "post-main.js");
  const options = ["-o", output, "--target", "es2024", "--no-cache", "-q"];
  await run(process.execPath, [ncc, "build", entry, ...options], { cwd: build });
}

function sameFolder(a: string, b: string): boolean {
  if (!existsSync(b)) return false;
  const list = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = list(a);
  if (files.join("\n") !== list(b).join("\n")) return false;
  return files.every((file) => {
    if (readdirSyncOrNull(join(a, file))) return true;
    return readFileSync(join(a, file)).equals(readFileSync(join(b, file)));
  });
}

function readdirSyncOrNull(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}
