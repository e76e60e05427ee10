import { TRAILERS } from "@slipway/model";
import { branchSha, ensureBranch } from "./branches.ts";
import { commitChain } from "./commits.ts";
import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

export interface DocumentBranch {
  readonly branch: string;
  /** Commit that it starts from. */
  readonly start: string;
  /** Folder of the documents, and another for when something else is there already: `spec/greet`, `spec/greet-7f3k2a`. */
  readonly folders: readonly [string, string];
  readonly documents: readonly { readonly file: string; readonly content: string }[];
  /** Ends each message: trailers, with an empty line before. */
  readonly trailers: string;
}

/**
 * Makes a branch with documents in it, each in a commit of its own. A branch that is there stays as it is. Requests: 2
 * for each document and 1 for the branch.
 *
 * @returns how many documents were committed
 */
export async function branchWithDocuments(
  context: Context,
  { branch, start, folders, documents, trailers }: DocumentBranch,
): Promise<number> {
  if (documents.length === 0 || (await branchSha(context, branch)) !== undefined) return 0;
  const { git } = context;
  await git.fetch([start], { depth: 1, filter: "blob:none" });
  const baseTree = await git.treeOf(start);
  const isTaken = async (folder: string) =>
    (await git.run(["ls-tree", "--name-only", start, "--", folder])).stdout.length > 0;
  const folder = (await isTaken(folders[0])) ? folders[1] : folders[0];
  const commits = documents.map(({ file, content }) => {
    const path = `${folder}/${file}`;
    const written = { status: "written", path, mode: "100644", encoding: "utf-8", content } as const;
    return {
      files: [written],
      message: `docs(spec): write ${path}\n${trailers}${TRAILERS.document}: ${path}\n`,
    };
  });
  const tip = await commitChain(context, { parent: start, baseTree }, commits);
  await ensureBranch(context, branch, tip);
  return documents.length;
}
