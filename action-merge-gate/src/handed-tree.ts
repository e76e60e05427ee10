/** A change that was handed over, held against the files of the commit that it starts from. */
import { checkBase, upTo } from "@slipway/agents";
import type { GitHub } from "@slipway/github";
import type { ChangeArtifact, Policy } from "@slipway/model";

/** Paths that are asked for at once: a command line takes no more than so much. */
const AT_ONCE = 500;

/** Why a change cannot be put on its commit; undefined when it can. The agent's job is not trusted with this. */
export async function treeRefusal(
  git: GitHub["git"],
  { files, startSha }: Pick<ChangeArtifact, "files" | "startSha">,
  { execute }: Pick<Policy, "execute">,
): Promise<string | undefined> {
  const list = async (more: readonly string[], paths: readonly string[]): Promise<Entry[]> => {
    const found: Entry[] = [];
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const asked = paths.slice(from, from + AT_ONCE);
      const { stdout } = await git.run(["ls-tree", "-z", "--full-tree", ...more, startSha, "--", ...asked]);
      found.push(...entriesOf(stdout.toString("utf8")));
    }
    return found;
  };
  const named = new Set(files.map(({ path }) => path));
  const entries = await list([], [...new Set([...named].flatMap(upTo))]);
  // Git shows a folder, or what of it was asked for as well.
  const above = entries.flatMap(([path, mode]) => (mode === "040000" ? upTo(path) : upTo(path).slice(0, -1)));
  const folders = [...new Set(above)].filter((path) => named.has(path));
  const problems = checkBase(files, new Map([...entries, ...(await list(["-r"], folders))]), execute);
  return problems.length > 0 ? problems.join(" ").slice(0, 2_000) : undefined;
}

type Entry = readonly [path: string, mode: string];

/** Records of `ls-tree -z`: `mode type sha TAB path NUL`. */
function entriesOf(listed: string): Entry[] {
  return listed.split("\0").flatMap((record): Entry[] => {
    const [, mode, path] = /^(\d{6}) \w+ [0-9a-f]+\t([\s\S]+)$/.exec(record) ?? [];
    return mode !== undefined && path !== undefined ? [[path, mode]] : [];
  });
}
