import { ensure } from "./client/ensure.ts";
import { isMissing } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";
import { sameText } from "./issues/body.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

export interface EnsureRelease {
  readonly tag: string;
  /** Commit that the tag names. */
  readonly sha: string;
  readonly name: string;
  /** Markdown, at most 125,000 characters. */
  readonly body: string;
  readonly prerelease?: boolean;
}

/** The tag is there, at another commit. Tags of releases are not moved. */
export class TagTakenError extends Error {
  override readonly name = "TagTakenError";
  readonly tag: string;
  readonly sha: string;
  constructor(tag: string, sha: string, wanted: string) {
    super(
      `The tag ${tag} is already at ${sha}, not at ${wanted}. It is left there. Delete the tag if it is wrong, or release the next version.`,
    );
    this.tag = tag;
    this.sha = sha;
  }
}

interface FoundRelease {
  readonly id: number;
  readonly url: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
}

/**
 * Tag and published release: made, completed (a draft left by an interrupted run) or brought to this name and text.
 * Requests: 2 when there is none yet and 1 to make it; 1 when it is there and right.
 *
 * @throws TagTakenError
 */
export async function ensureRelease(
  context: Context,
  release: EnsureRelease,
): Promise<{ id: number; url: string; created: boolean }> {
  const { octokit, owner, repo } = context;
  await checkTag(context, release);
  const wanted = {
    tag_name: release.tag,
    target_commitish: release.sha,
    name: release.name,
    body: release.body,
    draft: false,
    prerelease: release.prerelease ?? false,
  };
  const { value, created } = await ensure<FoundRelease>(context, {
    what: `release ${release.tag}`,
    find: () => findRelease(context, release.tag),
    create: async () =>
      found((await octokit.request("POST /repos/{owner}/{repo}/releases", { owner, repo, ...wanted })).data),
  });
  if (!created && (value.draft || value.name !== release.name || !sameText(value.body, release.body))) {
    await octokit.request("PATCH /repos/{owner}/{repo}/releases/{release_id}", {
      owner,
      repo,
      release_id: value.id,
      ...wanted,
    });
  }
  // Someone may have pushed the tag between the look and the creation.
  await checkTag(context, release);
  return { id: value.id, url: value.url, created };
}

/** Commit that a tag names, seen through annotations; undefined when there is no such tag. No API request (git). */
export async function tagSha({ git }: Pick<Context, "git">, tag: string): Promise<string | undefined> {
  const ref = `refs/tags/${tag}`;
  const refs = await git.lsRemote([ref, `${ref}^{}`]);
  return refs.get(`${ref}^{}`) ?? refs.get(ref);
}

/**
 * Makes a tag at `sha`; one that is there stays where it is. Requests: 1 when it is made, else none.
 *
 * @returns where the tag is
 */
export async function ensureTag(
  context: Context,
  tag: string,
  sha: string,
): Promise<{ sha: string; created: boolean }> {
  const { octokit, owner, repo } = context;
  const { value, created } = await ensure(context, {
    what: `tag ${tag}`,
    find: () => tagSha(context, tag),
    create: async () => {
      await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
        owner,
        repo,
        ref: `refs/tags/${tag}`,
        sha,
      });
      return sha;
    },
  });
  return { sha: value, created };
}

/** Tags with the commits that they name. No API request (git). */
export async function listTags({ git }: Pick<Context, "git">): Promise<Map<string, string>> {
  const refs = await git.lsRemote(["refs/tags/*"]);
  const tags = new Map<string, string>();
  for (const [ref, sha] of refs) {
    const name = ref.slice("refs/tags/".length);
    if (!name.endsWith("^{}")) tags.set(name, refs.get(`${ref}^{}`) ?? sha);
  }
  return tags;
}

async function checkTag(context: Context, { tag, sha }: EnsureRelease): Promise<void> {
  const there = await tagSha(context, tag);
  if (there !== undefined && there !== sha) throw new TagTakenError(tag, there, sha);
}

async function findRelease(
  { octokit, owner, repo }: Context,
  tag: string,
): Promise<FoundRelease | undefined> {
  try {
    return found(
      (await octokit.request("GET /repos/{owner}/{repo}/releases/tags/{tag}", { owner, repo, tag })).data,
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  // Drafts are not found by their tag. They are the newest ones, so the first page shows ours.
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/releases", {
    owner,
    repo,
    per_page: 100,
  });
  const draft = data.find((item) => item.tag_name === tag);
  return draft && found(draft);
}

function found(raw: {
  id: number;
  html_url: string;
  name: string | null;
  body?: string | null;
  draft: boolean;
}): FoundRelease {
  return { id: raw.id, url: raw.html_url, name: raw.name ?? "", body: raw.body ?? "", draft: raw.draft };
}
