/** What is there twice although it carries the key of one thing. */
import type { RepositoryRecord } from "@slipway/local-github";

const MARKER = /<!-- slipway:(node|pull|status|review|answer|stage)[^>]*-->/;

/** The items of one repository that share what may be there once: a marker on one issue, a check of one App on one commit. */
export function twinsOf({ issues, checkRuns, releases }: RepositoryRecord): string[] {
  const keys: string[] = [];
  for (const issue of issues.values()) {
    const own = MARKER.exec(issue.body ?? "")?.[0];
    if (own) keys.push(`${issue.pull ? "pull request" : "issue"} ${own}`);
    const under = (what: string, text: string) => {
      const marker = MARKER.exec(text)?.[0];
      if (marker) keys.push(`${what} ${marker} on #${issue.number}`);
    };
    for (const { body } of issue.comments) under("comment", body);
    for (const { body } of issue.pull?.reviews ?? []) under("review", body);
  }
  for (const { name, headSha, externalId, app } of checkRuns)
    keys.push(`check ${name} of ${app.slug} for ${externalId} on ${headSha}`);
  for (const { tagName } of releases) keys.push(`release ${tagName}`);
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key)).map((key) => `there twice: ${key}`);
}
