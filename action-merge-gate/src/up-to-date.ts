import { mergedHeads } from "@slipway/action-kit";
import { mergeInto } from "@slipway/github";
import { type ChangeArtifact, NO_USAGE } from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

export type UpToDate =
  | { readonly kind: "current"; readonly headSha: string }
  | { readonly kind: "conflict"; readonly text: string };

/** Merges the base into the branch where it moved: the tree that is tested is the tree that is merged. */
export async function bringUpToDate(
  run: NodeRun,
  branch: string,
  headSha: string,
  base: string,
  baseSha: string,
  change: ChangeArtifact | undefined,
): Promise<UpToDate> {
  const { github, node, claim } = run;
  if (headSha === baseSha || (await github.git.isAncestor(baseSha, headSha)))
    return { kind: "current", headSha };
  const merged = await mergeInto(github, {
    branch,
    head: baseSha,
    message: `chore: bring ${branch} up to date with ${base}`,
    known: mergedHeads(run.state, node),
  });
  if (merged.kind === "merged") return { kind: "current", headSha: merged.sha };
  if (merged.kind === "up-to-date") return { kind: "current", headSha };
  const tried = await github.git.mergeTree(baseSha, headSha);
  const files =
    tried.clean || tried.conflicts.length === 0 ? ["files that could not be named"] : [...tried.conflicts];
  await run.finish([
    {
      type: "node.conflicted",
      nodeId: node.plan.id,
      claim,
      baseSha,
      files,
      usage: change?.usage ?? NO_USAGE,
    },
  ]);
  return { kind: "conflict", text: `conflicts with ${base} in ${files.join(", ")}` };
}
