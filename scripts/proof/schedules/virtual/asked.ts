import type { Command } from "@slipway/model";

/** What a workflow run was started for. */
export type Asked =
  | { readonly kind: "command"; readonly command: Command; readonly person: boolean }
  /** A thorough turn. */
  | { readonly kind: "turn" }
  /** A check on a commit has ended. */
  | { readonly kind: "reported"; readonly headSha: string }
  | { readonly kind: "sweep" };
