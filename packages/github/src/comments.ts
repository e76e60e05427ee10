import { hasMarker, type Marker, markerText } from "@slipway/model";
import { ensure } from "./client/ensure.ts";
import { isMissing } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";
import { sameText } from "./issues/body.ts";
import { readMarkers, type SeenMarker } from "./markers.ts";

/** Longest comment that GitHub takes, in characters. */
export const COMMENT_MAX = 65_536;

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

interface Comment {
  readonly id: number;
  readonly body: string;
  /** Younger ones of the same bot with the same marker: made while a list did not show the first one yet. */
  readonly twins: readonly number[];
}

/**
 * The one comment on an issue or pull request that carries `marker`: made when it is not there, rewritten when it
 * says something else, else left alone. GitHub's lists lag behind its writes for a moment, and it takes any number of
 * comments: of two that came to be the older one stays.
 * Requests: 1 for each 100 comments of the issue, and 1 when there is something to write, or to remove; 1 in all where
 * the comment is known and still there.
 *
 * @param body Markdown; the marker is put before it when it is not in it
 * @param known id of the comment, as an earlier look has found it: rewritten without another look
 * @returns `found`: a look at the list has shown it, so that this call did not make it
 */
export async function upsertComment(
  context: Context,
  issue: number,
  marker: Marker,
  body: string,
  known?: number,
): Promise<{ id: number; written: boolean; found: boolean }> {
  const { octokit, owner, repo } = context;
  const text = bounded(hasMarker(body, marker) ? body : `${markerText(marker)}\n${body}`);
  if (known !== undefined && (await rewritten(context, known, text)))
    return { id: known, written: true, found: false };
  const { value, created } = await ensure<Comment>(context, {
    what: `comment on #${issue}`,
    find: () => findComment(context, issue, marker),
    create: async () => {
      const answer = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner,
        repo,
        issue_number: issue,
        body: text,
      });
      return { id: Number(answer.data.id), body: text, twins: [] };
    },
  });
  for (const twin of value.twins) await removeComment(context, twin);
  const found = !created;
  if (created || sameText(value.body, text)) return { id: value.id, written: created, found };
  await rewrite(context, value.id, text);
  return { id: value.id, written: true, found };
}

async function rewrite({ octokit, owner, repo }: Context, id: number, body: string): Promise<void> {
  await octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    owner,
    repo,
    comment_id: id,
    body,
  });
}

/** False when somebody has removed it. */
async function rewritten(context: Context, id: number, body: string): Promise<boolean> {
  try {
    await rewrite(context, id, body);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return false;
  }
}

/** The oldest comment with the marker on a line of its own (a quotation of it does not count). */
async function findComment(
  { octokit, owner, repo }: Context,
  issue: number,
  marker: Marker,
): Promise<Comment | undefined> {
  const comments = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    owner,
    repo,
    issue_number: issue,
    per_page: 100,
  });
  const [found, ...others] = comments.filter(
    (comment) => hasMarker(comment.body, marker) && isInsider(comment),
  );
  if (!found) return undefined;
  const twins = others.filter(({ user }) => user?.type === "Bot" && user.id === found.user?.id);
  return { id: Number(found.id), body: found.body ?? "", twins: twins.map(({ id }) => Number(id)) };
}

async function removeComment({ octokit, owner, repo }: Context, id: number): Promise<void> {
  try {
    await octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
      owner,
      repo,
      comment_id: id,
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export type Reaction = "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";

/** Reacts to a comment; GitHub keeps one reaction of a kind for each who reacts. Requests: 1. */
export async function react(
  { octokit, owner, repo }: Pick<Context, "octokit" | "owner" | "repo">,
  commentId: number,
  content: Reaction,
): Promise<void> {
  await octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
    owner,
    repo,
    comment_id: commentId,
    content,
    request: { repeatable: true },
  });
}

export interface Answer {
  /** Issue or pull request. */
  readonly issue: number;
  /** The comment that is answered. */
  readonly inReplyTo: number;
  /** Markdown. */
  readonly text: string;
}

/**
 * One answer to one comment: whatever is asked again, the first answer stays.
 * Requests: 1 for each 100 comments of the issue, and 1 when it is written.
 */
export async function answer(
  context: Context,
  { issue, inReplyTo, text }: Answer,
): Promise<{ id: number; created: boolean }> {
  const { octokit, owner, repo } = context;
  const { value, created } = await ensure<number>(context, {
    what: `answer to a comment on #${issue}`,
    find: async () => {
      const comments = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner,
        repo,
        issue_number: issue,
        per_page: 100,
      });
      const isAnswer = ({ what, fields }: SeenMarker) =>
        what === "answer" && fields.inReplyTo === String(inReplyTo);
      const found = comments.find((item) => isInsider(item) && readMarkers(item.body).some(isAnswer));
      return found && Number(found.id);
    },
    create: async () => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner,
        repo,
        issue_number: issue,
        body: bounded(`<!-- slipway:answer inReplyTo=${inReplyTo} -->\n${text}`),
      });
      return Number(data.id);
    },
  });
  return { id: value, created };
}

const INSIDERS: readonly string[] = ["OWNER", "MEMBER", "COLLABORATOR"];

/**
 * Whether a text may be taken for the suite's own: a bot or someone of the repository wrote it. Anybody can comment on
 * a public issue, and copy a marker; what they wrote must not become the place where a run shows its state.
 */
export function isInsider(item: {
  readonly user?: { readonly type: string } | null;
  readonly author_association?: string;
}): boolean {
  return item.user?.type === "Bot" || INSIDERS.includes(item.author_association ?? "");
}

/** A text that GitHub takes: too long a one is cut, and says so. */
export function bounded(text: string, max = COMMENT_MAX): string {
  if (text.length <= max) return text;
  const note = "\n\n… (cut here: too long for GitHub)";
  return `${text
    .slice(0, max - note.length)
    .toWellFormed()
    .replace(/\ufffd$/, "")}${note}`;
}
