/** One hostile text of the corpus, written for it: what it tries, where such a thing was described, where it comes in. */
export interface HostileCase {
  /** `mention-07`: its category and its place in it. */
  readonly id: string;
  readonly category: string;
  /** Public advisory, paper or documentation that describes the trick; `own` where we thought of it. */
  readonly source: string;
  readonly enters: Entrance;
  readonly text: string;
}

/** Where foreign text comes in. */
export type Entrance =
  | "issue"
  | "comment"
  | "title"
  | "file"
  | "diff"
  | "log"
  | "check"
  | "model"
  | "path"
  | "environment";

export type Row = readonly [enters: Entrance, source: string, text: string];

export function casesOf(category: string, rows: readonly Row[]): HostileCase[] {
  return rows.map(([enters, source, text], index) => ({
    id: `${category}-${String(index + 1).padStart(2, "0")}`,
    category,
    source,
    enters,
    text,
  }));
}
