/** Commits, each known by what it holds. */
export interface Commits {
  /** A new commit on top of others; `brings` is what it adds. */
  make(parents: readonly string[], brings?: string): string;
  /** Whether `ancestor` is part of `sha`. */
  isIn(ancestor: string, sha: string): boolean;
  /** What was brought to a commit, in whatever way. */
  contentOf(sha: string): ReadonlySet<string>;
}

export function createCommits(): Commits {
  const known = new Map<string, { ancestors: Set<string>; content: Set<string> }>();
  return {
    make(parents, brings) {
      const sha = (known.size + 1).toString(16).padStart(40, "0");
      const of = parents.flatMap((parent) => known.get(parent) ?? []);
      known.set(sha, {
        ancestors: new Set([...parents, ...of.flatMap(({ ancestors }) => [...ancestors])]),
        content: new Set([...of.flatMap(({ content }) => [...content]), ...(brings ? [brings] : [])]),
      });
      return sha;
    },
    isIn: (ancestor, sha) => ancestor === sha || (known.get(sha)?.ancestors.has(ancestor) ?? false),
    contentOf: (sha) => known.get(sha)?.content ?? new Set(),
  };
}
