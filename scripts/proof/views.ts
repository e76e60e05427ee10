/** Issues and pull requests of a repository as an end state keeps them. */
import type { RepositoryRecord } from "@slipway/local-github";
import type { Value } from "./differences.ts";
import type { Plain } from "./text.ts";

type Item = RepositoryRecord["issues"] extends Map<number, infer Record> ? Record : never;

const MARK = /<!--\s*slipway:(node|pull)\b[^>]*\bnodeId=([^\s>]+)/;

/**
 * What each number stands for: `T1`, `pull of T1`. A second item of the same mark is `T1 (2)`, so that it shows; what
 * carries no mark goes by its title.
 */
export function itemNames(items: readonly Item[]): Map<number, string> {
  const names = new Map<number, string>();
  const seen = new Map<string, number>();
  for (const { number, title, body, pull } of [...items].sort((a, b) => a.number - b.number)) {
    const node = MARK.exec(body ?? "")?.[2];
    const name = node === undefined ? `"${title}"` : pull ? `pull of ${node}` : node;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    names.set(number, times === 1 ? name : `${name} (${times})`);
  }
  return names;
}

export function readItems(
  repository: RepositoryRecord,
  names: ReadonlyMap<number, string>,
  plain: Plain,
): { readonly issues: Value; readonly pulls: Value } {
  const issues: Record<string, Value> = {};
  const pulls: Record<string, Value> = {};
  const nameOf = ({ number }: Item) => names.get(number) ?? `#${number}`;
  for (const item of repository.issues.values()) {
    const common = {
      title: plain(item.title),
      state: item.state,
      stateReason: item.stateReason,
      author: item.author.login,
      body: plain(item.body ?? ""),
      labels: item.labels.map(({ name }) => name),
      comments: item.comments.map(({ author, body }) => `${author.login}: ${plain(body)}`),
    };
    if (item.pull) pulls[nameOf(item)] = { ...common, ...pullOf(item.pull, plain) };
    else
      issues[nameOf(item)] = {
        ...common,
        type: item.type?.name ?? null,
        parent: item.parent ? nameOf(item.parent) : null,
        // The order counts.
        children: item.children.map(nameOf).join(", "),
        blockedBy: item.blockedBy.map(nameOf),
      };
  }
  return { issues, pulls };
}

function pullOf(pull: NonNullable<Item["pull"]>, plain: Plain): Record<string, Value> {
  return {
    base: plain(pull.base.ref),
    head: plain(pull.head.ref),
    draft: pull.draft,
    merged: pull.mergedAt !== null,
    reviews: pull.reviews.map(({ user, state, body }) => `${user.login}: ${state}: ${plain(body)}`),
    reviewComments: pull.reviewComments.map(
      ({ path, line, side, body }) => `${path}:${line ?? "-"} ${side}: ${plain(body)}`,
    ),
  };
}
