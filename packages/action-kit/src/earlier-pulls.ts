import { type GitHub, type RecentPull, recentPulls } from "@slipway/github";
import type { ActionContext } from "./main.ts";

/** The pull requests that a model may be shown, and none, with a warning, where they cannot be read. Requests: 1. */
export async function earlierPulls(
  { runner }: Pick<ActionContext, "runner">,
  github: GitHub,
): Promise<readonly RecentPull[]> {
  const found = await recentPulls(github);
  if (found.kind === "read") return found.pulls;
  runner.warning(`Earlier pull requests are not shown to the model: ${found.why}`);
  return [];
}
