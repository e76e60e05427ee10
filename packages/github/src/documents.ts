import { errorText, RefusalError, TRAILERS } from "@slipway/model";
import { branchSha, ensureBranch } from "./branches.ts";
import { requestText } from "./client/errors.ts";
import { commitChain, commitChainTo } from "./commits.ts";
import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

export interface Documents {
  readonly branch: string;
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
 * @param start commit that the branch starts from
 * @returns how many documents were committed
 */
export async function branchWithDocuments(
  context: Context,
  documents: Documents,
  start: string,
): Promise<number> {
  const { branch } = documents;
  if (documents.documents.length === 0 || (await branchSha(context, branch)) !== undefined) return 0;
  const { baseTree, commits } = await commitsOf(context, documents, start);
  const tip = await commitChain(context, { parent: start, baseTree }, commits);
  await ensureBranch(context, branch, tip);
  return documents.documents.length;
}

/**
 * Puts documents at the head of a branch that was made without them, each in a commit of its own. Where one of its own
 * commits has written one, it has had them, and stays as it is. Requests: none then, else 2 for each document and 1.
 *
 * @param at the branch's head, and where it began
 * @returns the branch's head
 * @throws RefusalError when the branch has moved
 */
export async function addDocuments(
  context: Context,
  documents: Documents,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<string> {
  const { git } = context;
  await git.ensureHistory([base, head]);
  const own = await git.log(base, head);
  if (documents.documents.length === 0 || own.some(({ body }) => IS_DOCUMENT.test(body))) return head;
  const { baseTree, commits } = await commitsOf(context, documents, head);
  const { branch } = documents;
  const outcome = await commitChainTo(
    context,
    { branch, expectedHead: head, parent: head, baseTree },
    commits,
  );
  if (outcome.kind === "moved") throw new RefusalError(`The branch ${branch} was moved meanwhile.`);
  return outcome.kind === "committed" ? outcome.sha : head;
}

/** Why none could be committed, in a sentence. */
export function documentsProblem(error: unknown): string {
  const why = (requestText(error) ?? errorText(error)).slice(0, 1_000).replace(/[.\s]*$/, "");
  return `The documents of the specification could not be committed: ${why}.`;
}

const IS_DOCUMENT = new RegExp(`^${TRAILERS.document}: `, "m");

/** One commit for each document, on top of `parent`. */
async function commitsOf(
  { git }: Context,
  { folders, documents, trailers }: Documents,
  parent: string,
): Promise<{ readonly baseTree: string; readonly commits: Parameters<typeof commitChain>[2] }> {
  await git.fetch([parent], { depth: 1, filter: "blob:none" });
  const isTaken = async (folder: string) =>
    (await git.run(["ls-tree", "--name-only", parent, "--", folder])).stdout.length > 0;
  const folder = (await isTaken(folders[0])) ? folders[1] : folders[0];
  const commits = documents.map(({ file, content }) => {
    const path = `${folder}/${file}`;
    const written = { status: "written", path, mode: "100644", encoding: "utf-8", content } as const;
    return {
      files: [written],
      message: `docs(spec): write ${path}\n${trailers}${TRAILERS.document}: ${path}\n`,
    };
  });
  return { baseTree: await git.treeOf(parent), commits };
}
