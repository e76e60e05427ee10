import { characterRoom } from "./budget.ts";
import { NOTE_MAX } from "./note.ts";
import { contextText, packsIn } from "./packs.ts";

export interface ContextRequest {
  readonly workDir: string;
  /** Characters for everything together, quotation marks of ours included. */
  readonly budgetCharacters: number;
  /** Text whose mentions of files bring those files in: an idea, an objective, a failure. */
  readonly focus?: string;
}

const MAP_SHARE = 0.35;
/** Kept free for the note of what was cut: two of the longest with their frame, or this part of little room. */
const NOTE_ROOM = 2 * NOTE_MAX + 100;
const NOTE_SHARE = 0.3;
/** The frame of the note, and the empty lines between the parts. */
const FRAME = 80;

/**
 * What a model should know of a repository before it begins, as one text: the map of tracked files, the
 * files that the text at hand names, README and manifests. The same commit, budget and focus give the
 * same bytes. What did not fit is named.
 */
export async function repositoryContext({
  workDir,
  budgetCharacters,
  focus = "",
}: ContextRequest): Promise<string> {
  const noteRoom = Math.min(NOTE_ROOM, Math.floor(budgetCharacters * NOTE_SHARE));
  const size = Math.max(0, budgetCharacters - noteRoom);
  const map = Math.floor(size * MAP_SHARE);
  const budgets = [
    { pack: "repository-map", tokens: map },
    { pack: "files", tokens: size - map },
  ] as const;
  return contextText(await packsIn(budgets, { workDir, focus }, characterRoom), noteRoom - FRAME);
}
