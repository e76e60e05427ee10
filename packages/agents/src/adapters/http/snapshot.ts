import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type GitOptions, gitOutput } from "../../process/git.ts";

/** The commit that the work starts from, in a repository of its own that nothing else writes to. */
export interface Snapshot {
  readonly gitDir: string;
  readonly startSha: string;
  /** A folder for whatever belongs to it; goes with it. */
  readonly folder: string;
  dispose(): Promise<void>;
}

/** @throws Error when the work tree does not hold the commit */
export async function takeSnapshot(workDir: string, startSha: string): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-snapshot-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const gitDir = join(folder, "repository.git");
  try {
    await gitOutput(["init", "-q", "--bare", gitDir], { cwd: folder });
    // The process that serves the fetch does not get our settings by the command line.
    const config = join(folder, "gitconfig");
    await writeFile(config, "[safe]\n\tdirectory = *\n[uploadpack]\n\tallowAnySHA1InWant = true\n");
    const source = pathToFileURL(workDir).href;
    await gitOutput(["fetch", "-q", "--depth=1", "--no-tags", source, `${startSha}:refs/heads/start`], {
      cwd: gitDir,
      env: { GIT_CONFIG_GLOBAL: config },
    });
  } catch (error) {
    await dispose();
    throw new Error(`The work tree does not hold the commit ${startSha} that the work starts from`, {
      cause: error,
    });
  }
  return { gitDir, startSha, folder, dispose };
}

/** The tree that the work starts from as one commit without parents, in a Git bundle. */
export interface Bundle {
  /** `refs/heads/start`, which is all that the bundle holds. */
  readonly ref: string;
  /** The commit in the bundle; its tree is that of `startSha`. */
  readonly commit: string;
  readonly tree: string;
  readonly encoding: "base64";
  readonly content: string;
}

const REF = "refs/heads/start";
/** The same tree gives the same commit. */
const FIXED = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "slipway"],
    [`GIT_${who}_EMAIL`, "slipway@users.noreply.github.com"],
    [`GIT_${who}_DATE`, "1970-01-01T00:00:00Z"],
  ]),
);

/** @throws Error that names the limit when the bundle has more than `maxBytes` */
export async function bundleOf(snapshot: Snapshot, maxBytes: number): Promise<Bundle> {
  const { gitDir, startSha, folder } = snapshot;
  const options: GitOptions = { cwd: gitDir, env: FIXED };
  const line = async (...args: string[]) => (await gitOutput(args, options)).toString("utf8").trim();
  const tree = await line("rev-parse", `${startSha}^{tree}`);
  const commit = await line("commit-tree", tree, "-m", startSha);
  await line("update-ref", REF, commit);
  const path = join(folder, "tree.bundle");
  await line("-c", "pack.threads=1", "bundle", "create", "-q", path, REF);
  const { size } = await stat(path);
  if (size > maxBytes) {
    throw new Error(
      `The tree makes a bundle of ${size} bytes, and the limit is ${maxBytes}: raise it, or let the adapter fetch the repository itself.`,
    );
  }
  return { ref: REF, commit, tree, encoding: "base64", content: (await readFile(path)).toString("base64") };
}
