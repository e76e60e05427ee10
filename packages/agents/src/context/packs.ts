import type { ContextPack } from "@slipway/model";
import { clip } from "../prompt/text.ts";
import { type PackBudget, type PackName, type Room, tokenRoom } from "./budget.ts";
import { decisions } from "./decisions.ts";
import { namedFiles } from "./files.ts";
import {
  type EarlierPullRequest,
  type Focus,
  pullRequests,
  type RecentLog,
  recentLogs,
  type SiblingChange,
  siblingChanges,
} from "./given.ts";
import { type Mentioned, mentionedPaths } from "./mentions.ts";
import { marked } from "./part.ts";
import { repositoryMap } from "./repository-map.ts";
import { type TrackedFile, trackedFiles } from "./tracked.ts";

/** What packs are made of: a checkout, the text at hand, and what the caller has read from GitHub. */
export interface PackMaterial {
  readonly workDir: string;
  /** Text whose mentions of files bring those files in: an idea, an objective, a failure. */
  readonly focus?: string;
  readonly pullRequests?: readonly EarlierPullRequest[];
  readonly logs?: readonly RecentLog[];
  readonly siblings?: readonly SiblingChange[];
}

/**
 * The packs of an agent, each within its budget; what one pack does not use goes to the next. The same
 * commit, budgets, focus and material give the same bytes. A pack without anything to say is left out.
 *
 * @throws Error with Git's own words when `workDir` is no checkout
 */
export async function contextPacks(
  budgets: readonly PackBudget[],
  material: PackMaterial,
): Promise<ContextPack[]> {
  const focus = material.focus ?? "";
  const repository = await repositoryOf(
    budgets.map(({ pack }) => pack),
    material.workDir,
    focus,
  );
  const packs: ContextPack[] = [];
  let over = 0;
  for (const { pack, tokens, globs } of budgets) {
    const made = await packOf(
      pack,
      { ...material, focus, globs: globs ?? [], repository },
      tokenRoom(tokens + over),
    );
    packs.push(made);
    over += tokens - made.tokens;
  }
  return packs.filter(({ text, cut }) => text !== "" || cut !== null);
}

/** The packs that an agent's file names, as one text for its prompt, and empty where it names none. */
export async function agentContext(
  { context }: { readonly context: readonly PackBudget[] },
  material: PackMaterial,
): Promise<string> {
  return contextText(await contextPacks(context, material));
}

/**
 * Packs as one text for a prompt. What did not fit is told last, and only where something did not.
 *
 * @param noteMax characters of that last part, its frame not counted
 */
export function contextText(packs: readonly ContextPack[], noteMax = 4_000): string {
  const notes = packs.flatMap(({ name, cut }) => (cut === null ? [] : [`${name}: ${cut}`]));
  return [
    ...packs.flatMap(({ text }) => (text === "" ? [] : [text])),
    ...(notes.length > 0
      ? [marked("not shown above", clip(notes.join("\n"), Math.max(0, noteMax), "list"))]
      : []),
  ].join("\n\n");
}

interface Repository {
  readonly files: readonly TrackedFile[];
  readonly mentioned: Mentioned;
}

const NOTHING: Repository = { files: [], mentioned: { byPath: [], byName: [], ambiguous: [] } };

async function repositoryOf(packs: readonly PackName[], workDir: string, focus: string): Promise<Repository> {
  if (packs.every((pack) => pack === "logs")) return NOTHING;
  const files = await trackedFiles(workDir);
  return {
    files,
    mentioned: mentionedPaths(
      files.map(({ path }) => path),
      focus,
    ),
  };
}

function packOf(
  pack: PackName,
  given: PackMaterial & { focus: string; globs: readonly string[]; repository: Repository },
  room: Room,
): ContextPack | Promise<ContextPack> {
  const { files, mentioned } = given.repository;
  const focus: Focus = { paths: [...mentioned.byPath, ...mentioned.byName], text: given.focus };
  switch (pack) {
    case "repository-map":
      return repositoryMap(files, focus.paths, room);
    case "files":
      return namedFiles({ workDir: given.workDir, files, mentioned, globs: given.globs }, room);
    case "decisions":
      return decisions(given.workDir, files, given.focus, room);
    case "pull-requests":
      return pullRequests(given.pullRequests ?? [], focus, room);
    case "logs":
      return recentLogs(given.logs ?? [], room);
    case "siblings":
      return siblingChanges(given.siblings ?? [], focus, room);
  }
}
