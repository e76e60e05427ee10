import { z } from "zod";
import { estimateTokens } from "./tokens.ts";

/** The kinds of material that an agent can be given, as agents/README.md tells them. */
export const PACKS = ["repository-map", "files", "decisions", "pull-requests", "logs", "siblings"] as const;
export type PackName = (typeof PACKS)[number];

/** One line of an agent's `context`: a pack and the tokens that it may take. */
export const packBudgetSchema = z.lazy(() =>
  z
    .strictObject({
      pack: z.enum(PACKS),
      tokens: z.number().int().min(100).max(500_000),
      /** Files to be shown after those that the task names; for the pack `files` only. */
      globs: z.array(globSchema()).max(50).optional(),
    })
    .refine(({ pack, globs }) => globs === undefined || pack === "files", {
      path: ["globs"],
      message: "only the pack files takes globs",
    }),
);
export type PackBudget = z.infer<typeof packBudgetSchema>;

function globSchema() {
  return z
    .string()
    .min(1)
    .max(200)
    .refine(
      (text) => !/^[!/]|\\|\p{Cc}/u.test(text),
      "a glob names paths from the root of the repository, as docs/**/*.md does",
    );
}

/** How much a pack may hold, and by which measure. */
export interface Room {
  readonly size: number;
  /** Never more for two texts with a line break between them than for each by itself and the break. */
  readonly measure: (text: string) => number;
}

export const tokenRoom = (size: number): Room => ({ size, measure: estimateTokens });
