import { hasMarker, type Marker, markerText, plain } from "@slipway/model";
import { ensure } from "../client/ensure.ts";
import { httpFailure, statusOf } from "../client/errors.ts";
import { bounded, isInsider } from "../comments.ts";
import type { GitHubContext } from "../context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

export interface ReviewComment {
  readonly path: string;
  /** Line of the new side. */
  readonly line: number;
  readonly body: string;
}

export interface PostReview {
  readonly number: number;
  readonly headSha: string;
  readonly body: string;
  readonly comments: readonly ReviewComment[];
  readonly marker: Marker;
  /** Lines that may carry a comment, from `commentableLines(patch)`; comments elsewhere go into the text. */
  readonly lines?: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * One review (event COMMENT: it neither approves nor requests changes) on one head. Found again by its marker.
 * Requests: 1 for each 100 reviews, and 1 when it is posted (2 when GitHub refuses a line).
 */
export async function postReview(
  context: Context,
  review: PostReview,
): Promise<{ id: number; created: boolean }> {
  const { octokit, owner, repo, log } = context;
  const at = { owner, repo, pull_number: review.number };
  const isPlaced = ({ path, line }: ReviewComment) =>
    review.lines === undefined || review.lines.get(path)?.has(line) === true;
  const placed = review.comments.filter(isPlaced);
  const post = async (inline: readonly ReviewComment[]): Promise<number> => {
    const rest = review.comments.filter((comment) => !inline.includes(comment));
    const answer = await octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
      ...at,
      commit_id: review.headSha,
      event: "COMMENT",
      body: reviewText(review, rest),
      comments: inline.map(({ path, line, body }) => ({ path, line, side: "RIGHT", body: bounded(body) })),
    });
    return Number(answer.data.id);
  };
  const { value, created } = await ensure<number>(context, {
    what: `review of #${review.number}`,
    find: async () => {
      const reviews = await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
        ...at,
        per_page: 100,
      });
      const found = reviews.find((item) => hasMarker(item.body, review.marker) && isInsider(item));
      return found && Number(found.id);
    },
    create: async () => {
      try {
        return await post(placed);
      } catch (error) {
        if (statusOf(error) !== 422 || placed.length === 0) throw error;
        log.info(
          `#${review.number}: GitHub does not take a line of the review (${httpFailure(error)?.message}); its comments go into the text.`,
        );
        return await post([]);
      }
    },
  });
  return { id: value, created };
}

/** The text of a review with the comments that stand at no line of the diff. */
export function reviewText({ body, marker }: PostReview, rest: readonly ReviewComment[]): string {
  const list = rest.map(({ path, line, body: text }) => `- ${plain(`\`${path}:${line}\``)}: ${within(text)}`);
  const head = hasMarker(body, marker) ? body : `${markerText(marker)}\n${body}`;
  return bounded(list.length === 0 ? head : `${head}\n\n${list.join("\n")}`);
}

/**
 * A text within an item of a list. A paragraph goes on one line; anything more is moved in as a whole, so that a block
 * of code in it stays one and ends with the item.
 */
function within(text: string): string {
  if (!/\n[ \t]*\n|^[ \t>]*(?:`{3}|~{3})/m.test(text)) return text.replace(/\s*\n\s*/g, " ");
  return `\n\n${text.replace(/^(?=.)/gm, "  ")}\n`;
}
