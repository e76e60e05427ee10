/** The repository as any client of GitHub's API sees it at the end. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Bench } from "../start/bench.ts";
import type { Report } from "./schema.ts";

export interface GitHubView {
  /** By file name. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly pullRequests: readonly Omit<Report["pullRequests"][number], "nodeId">[];
}

const pullSchema = z.looseObject({
  number: z.number(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  base: z.looseObject({ ref: z.string() }),
  head: z.looseObject({ ref: z.string(), sha: z.string() }),
});

export async function readGitHub(bench: Bench): Promise<GitHubView> {
  const list = (path: string) => readPages(bench, path);
  const issues = await list("issues?state=all&sort=created&direction=asc");
  const pulls = await list("pulls?state=all&sort=created&direction=asc");
  const parsed = pulls.map((pull) => pullSchema.parse(pull));
  const reviews: unknown[] = [];
  for (const pull of parsed) reviews.push(...(await list(`pulls/${pull.number}/reviews`)));
  const checks: unknown[] = [];
  for (const sha of new Set(parsed.map((pull) => pull.head.sha))) {
    checks.push(...(await list(`commits/${sha}/check-runs?filter=all`)));
  }
  return {
    files: {
      issues: issues.filter(
        (issue) => !(typeof issue === "object" && issue !== null && "pull_request" in issue),
      ),
      pulls,
      reviews,
      comments: await list("issues/comments?sort=created&direction=asc"),
      checks,
      releases: await list("releases"),
    },
    pullRequests: parsed.map((pull) => ({
      number: pull.number,
      title: pull.title,
      base: pull.base.ref,
      head: pull.head.ref,
      headSha: pull.head.sha,
      state: pull.state,
      merged: pull.merged_at !== null,
      mergeSha: pull.merged_at === null ? null : pull.merge_commit_sha,
    })),
  };
}

/** Every item of every page. Check runs come in an envelope, everything else as a list. */
async function readPages(bench: Bench, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  const first = new URL(`${bench.github.apiUrl}/repos/${bench.repository}/${path}`);
  first.searchParams.set("per_page", "100");
  for (let next: string | undefined = first.href; next !== undefined; ) {
    const response: Response = await get(next, bench.token);
    const body: unknown = await response.json();
    items.push(
      ...(Array.isArray(body)
        ? body
        : z.looseObject({ check_runs: z.array(z.unknown()) }).parse(body).check_runs),
    );
    next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return items;
}

const ATTEMPTS = 5;

/** Injected faults may hit these requests as well as any other. */
async function get(url: string, token: string): Promise<Response> {
  const headers = { accept: "application/vnd.github+json", authorization: `Bearer ${token}` };
  for (let attempt = 1; ; attempt += 1) {
    let problem: string;
    try {
      const response = await fetch(url, { headers });
      if (response.ok) return response;
      problem = `${response.status} ${await response.text()}`;
    } catch (error) {
      problem = String(error);
    }
    if (attempt === ATTEMPTS) throw new Error(`GET ${url}: ${problem}`);
    await sleep(50 * attempt);
  }
}
