// Runs one of our TypeScript programs on the Node that actions run on (the `node` devDependency),
// installing the dependencies first where they are missing or older than the lock file.
// This file alone has to work on whatever Node >= 20 the machine has.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".slipway-lock");
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

install();
const [script, ...args] = process.argv.slice(2);
const env = {
  ...process.env,
  PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH}`,
};
const child = spawn(
  node,
  ["--import", join(root, "scripts", "json-imports.mjs"), join(root, script), ...args],
  { stdio: "inherit", env },
);
// A terminal tells the program itself to stop; this process only has to outlive it.
for (const name of ["SIGINT", "SIGHUP"]) process.on(name, () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

function install() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    console.error(`Slipway needs Node 20 or newer to start; this is ${process.version}.`);
    process.exit(2);
  }
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock && existsSync(node)) return;
  console.error("Installing dependencies …");
  // Not `npm ci`: it refuses a lock file that lacks the platform builds of other systems, which npm leaves out
  // where the registry that wrote it had none. The locked versions are taken all the same, and nothing is written.
  // `--include=dev`: Node itself is a development dependency, which NODE_ENV=production would leave out.
  const options = ["--include=dev", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawnSync("npm", ["install", ...options], {
    cwd: root,
    // Standard output stays free for what the program itself prints (`--json`).
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0 || !existsSync(node)) {
    console.error("The dependencies could not be installed: see npm's message above, then run this again.");
    process.exit(2);
  }
  writeFileSync(stamp, lock);
}
