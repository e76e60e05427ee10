import semver from "semver";
import type { Release, ReleaseEntry } from "./schema/release.ts";
import type { RunState } from "./schema/state.ts";
import { plain } from "./view/text.ts";

/** One commit since the last release, its message already read as a conventional commit. */
export interface ReleaseCommit {
  readonly sha: string;
  readonly type: string | null;
  readonly scope: string | null;
  readonly subject: string;
  readonly breaking: boolean;
  /** `Release-As:` footer. */
  readonly releaseAs: string | null;
  readonly trailers: ReadonlyMap<string, readonly string[]>;
  /** Number in the ` (#12)` that GitHub appends to the subject. */
  readonly pull: number | null;
}

/** The newest version tag of a list, with its version; null when none is a version. */
export function newestVersionTag(
  tags: readonly string[],
  prefix: string,
): { tag: string; version: string } | null {
  const versions = tags.flatMap((tag) => {
    const rest = tag.startsWith(prefix) ? tag.slice(prefix.length) : "";
    const version = semver.valid(rest);
    // `vv1.0.0` and `v=1.0.0` are read as versions, too; they are not what a release of ours is called.
    return version && version === rest && semver.prerelease(version) === null ? [{ tag, version }] : [];
  });
  return versions.sort((a, b) => semver.rcompare(a.version, b.version))[0] ?? null;
}

export type Bump = Release["bump"];

/**
 * The version that commits ask for (Conventional Commits 1.0.0, Semantic Versioning 2.0.0): the newest
 * `Release-As` that is a version above the current one, else breaking → major, feat → minor, anything else that reaches users → patch. Before
 * 1.0.0 a breaking change raises the minor version. Null when no commit asks for a release.
 */
export function nextVersion(
  current: string | null,
  commits: readonly ReleaseCommit[],
  initial: string,
): { version: string; bump: Bump } | null {
  const released = commits.filter(
    (commit) => commit.breaking || ["feat", "fix", "perf"].includes(commit.type ?? ""),
  );
  // Commits come newest first.
  const asked = commits.map(askedVersion).find((version) => version !== null) ?? null;
  if (asked && (current === null || semver.gt(asked, current)))
    return { version: asked, bump: current === null ? "initial" : bumpBetween(current, asked) };
  if (released.length === 0) return null;
  if (current === null) return { version: initial, bump: "initial" };
  const wanted = released.some((commit) => commit.breaking)
    ? "major"
    : released.some((commit) => commit.type === "feat")
      ? "minor"
      : "patch";
  const bump = wanted === "major" && semver.major(current) === 0 ? "minor" : wanted;
  const version = semver.inc(current, bump);
  return version === null ? null : { version, bump };
}

/** Written as `2.0.0` or `v2.0.0`. */
function askedVersion({ releaseAs }: ReleaseCommit): string | null {
  return releaseAs === null ? null : semver.valid(releaseAs);
}

function bumpBetween(from: string, to: string): Bump {
  const difference = semver.diff(from, to)?.replace(/^pre(?=m)/, "");
  return difference === "major" || difference === "minor" ? difference : "patch";
}

/** A commit as a line of a release, tied to its node where one of this run made it. */
export function releaseEntry(state: RunState, commit: ReleaseCommit): ReleaseEntry {
  const nodeId = commit.trailers.get("Slipway-Node")?.at(-1) ?? null;
  const sameRun = commit.trailers.get("Slipway-Run")?.at(-1) === state.runId;
  const node = sameRun ? state.nodes.find((item) => item.plan.id === nodeId) : undefined;
  return {
    type: commit.type ?? "other",
    scope: commit.scope,
    breaking: commit.breaking,
    subject: commit.subject,
    sha: commit.sha,
    requirements: node
      ? [...node.plan.requirements]
      : [...(commit.trailers.get("Slipway-Requirement") ?? [])],
    nodeId,
    issue: node?.issue?.number ?? null,
    pull: node?.pull ?? commit.pull,
  };
}

/** Types of commits that change nothing for users: not listed in the notes, though in the record. */
const INTERNAL: readonly string[] = ["build", "chore", "ci", "style", "test"];

const SECTIONS: readonly (readonly [string, (entry: ReleaseEntry) => boolean])[] = [
  ["Breaking changes", (entry) => entry.breaking],
  ["Features", (entry) => !entry.breaking && entry.type === "feat"],
  ["Fixes", (entry) => !entry.breaking && entry.type === "fix"],
  ["Performance", (entry) => !entry.breaking && entry.type === "perf"],
  ["Other changes", (entry) => !entry.breaking && !["feat", "fix", "perf", ...INTERNAL].includes(entry.type)],
];

/** GitHub refuses release notes of more than 125,000 characters; the schema takes 120,000. */
const NOTES_MAX = 115_000;

/** Release notes in Markdown: each line names its requirements, issue and pull request. */
export function releaseNotes(title: string, entries: readonly ReleaseEntry[]): string {
  let room = NOTES_MAX - title.length;
  let left = 0;
  const fits = (line: string) => {
    if (left === 0 && line.length < room) room -= line.length + 1;
    else left += 1;
    return left === 0;
  };
  const sections = SECTIONS.flatMap(([heading, belongs]) => {
    const lines = entries.filter(belongs).map(noteLine).filter(fits);
    return lines.length === 0 ? [] : [`### ${heading}\n\n${lines.join("\n")}`];
  });
  const more = left > 0 ? [`… and ${left} more changes: see the commits of this release.`] : [];
  return [title, ...sections, ...more].join("\n\n");
}

function noteLine(entry: ReleaseEntry): string {
  const scope = entry.scope ? `**${plain(entry.scope)}:** ` : "";
  const trace = [
    entry.requirements.map(plain).join(", "),
    entry.issue === null ? "" : `issue #${entry.issue}`,
    entry.pull === null ? "" : `pull request #${entry.pull}`,
  ].filter(Boolean);
  return `- ${scope}${plain(entry.subject)}${trace.length > 0 ? ` (${trace.join(" · ")})` : ` (${entry.sha.slice(0, 7)})`}`;
}
