import { CHANGE_TYPES, type ProposedCommit } from "@slipway/model";
import { CommitParser } from "conventional-commits-parser";
import { publicLine, publicText } from "../prompt/public-text.ts";
import type { ChangeType } from "./executor.ts";

/** A commit as somebody proposes it: anything may be missing or wrong. */
export interface CommitProposal {
  readonly type?: string | null | undefined;
  readonly scope?: string | null | undefined;
  /** With or without `type(scope): ` before it. */
  readonly subject?: string | undefined;
  readonly body?: string | null | undefined;
  readonly paths: readonly string[];
}

export interface SettleInput {
  readonly proposed: readonly CommitProposal[];
  /** The paths of the change. */
  readonly paths: readonly string[];
  /** Subject of the commit that takes what no proposal names. */
  readonly title: string;
  readonly type: ChangeType;
  readonly scope: string | null;
}

export interface Settled {
  readonly commits: ProposedCommit[];
  /** What was not taken as proposed, one sentence each. */
  readonly notes: readonly string[];
}

const COMMITS_MAX = 20;
const SUBJECT_MAX = 100;
const parser = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^)]*)\))?(!)?: (.*)$/,
  headerCorrespondence: ["type", "scope", "breaking", "subject"],
});

/**
 * Commits to make of a change, in which every path of the change stands exactly once: the last proposal
 * that names a path has it, since only its content is known; what none names goes into one more.
 */
export function settleCommits(input: SettleInput): Settled {
  const owner = new Map<string, number>();
  const known = new Set(input.paths);
  const strange = new Set<string>();
  for (const [index, { paths }] of input.proposed.entries()) {
    for (const path of paths) {
      if (known.has(path)) owner.set(path, index);
      else strange.add(path);
    }
  }
  const notes: string[] = [];
  if (strange.size > 0) {
    notes.push(`Proposed commits named what is not in the change: ${listed([...strange])}.`);
  }
  const owned = input.proposed.flatMap((proposal, index) => {
    const paths = input.paths.filter((path) => owner.get(path) === index);
    return paths.length > 0 ? [{ proposal, paths }] : [];
  });
  const left = input.paths.filter((path) => !owner.has(path));
  const room = owned.length + (left.length > 0 ? 1 : 0) > COMMITS_MAX ? COMMITS_MAX - 1 : owned.length;
  if (room < owned.length) {
    notes.push(`${owned.length} commits were proposed; those after the first ${room} are made as one.`);
  }
  const rest = [...owned.slice(room).flatMap(({ paths }) => paths), ...left].sort();
  const commits = owned.slice(0, room).map(({ proposal, paths }) => commitOf(proposal, paths, input));
  if (rest.length > 0) commits.push(commitOf({ subject: input.title, paths: rest }, rest, input));
  return { commits, notes };
}

/** A line without the `type(scope): ` that it may begin with. */
export function withoutType(line: string): string {
  const parsed = line.trim() === "" ? null : parser.parse(line);
  return parsed !== null && typeOf(parsed.type) !== null ? (parsed.subject ?? line) : line;
}

function commitOf(proposal: CommitProposal, paths: readonly string[], input: SettleInput): ProposedCommit {
  const line = publicLine(proposal.subject ?? "", 300, input.title);
  const parsed = parser.parse(line);
  const named = typeOf(proposal.type);
  const inLine = typeOf(parsed.type);
  const subject = inLine === null ? line : (parsed.subject ?? line);
  return {
    type: named ?? inLine ?? input.type,
    scope: scopeOf(proposal.scope) ?? (inLine === null ? null : scopeOf(parsed.scope)) ?? input.scope,
    subject: subjectOf(subject, input.title),
    body: bodyOf(proposal.body ?? ""),
    paths: [...paths],
  };
}

function typeOf(text: string | null | undefined): ChangeType | null {
  return CHANGE_TYPES.find((type) => type === text?.trim().toLowerCase()) ?? null;
}

/** A noun in parentheses (Conventional Commits 1.0.0, rule 4); what is none is left out. */
function scopeOf(text: string | null | undefined): string | null {
  const scope = text?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9._/-]{0,39}$/.test(scope) ? scope : null;
}

/** Lower-case first letter unless it begins a name, no full stop, one line. */
function subjectOf(text: string, otherwise: string): string {
  const bare = text.replace(/[.\s]+$/, "").trim() || otherwise;
  const lowered = /^[A-Z][a-z]/.test(bare) ? `${bare.charAt(0).toLowerCase()}${bare.slice(1)}` : bare;
  return publicLine(lowered, SUBJECT_MAX, "change");
}

/** Whether a change breaks is the plan's to say, by which it was judged; a message that says so makes no version. */
function bodyOf(text: string): string {
  return publicText(text, 9_900).replace(/\b(BREAKING)([ -]CHANGE)(?=\s*:)/gi, "$1\u2060$2");
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path.slice(0, 200)));
  return shown.join(", ") + (paths.length > 5 ? ` and ${paths.length - 5} more` : "");
}
