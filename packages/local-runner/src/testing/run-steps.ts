import type { Ended, RunOptions, World } from "./world.ts";

/** Runs steps, given as YAML, in one job `j`. `head` stands above `jobs`, `job` among the keys of the job. */
export function runSteps(
  world: World,
  steps: string,
  options: RunOptions & { readonly head?: string; readonly job?: string } = {},
): Promise<Ended> {
  const body = steps
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");
  return world.run(
    `on: repository_dispatch\n${options.head ?? ""}\njobs:\n  j:\n    runs-on: ubuntu-latest\n${options.job ?? ""}\n    steps:\n${body}\n`,
    options,
  );
}

/** A JavaScript action's `action.yml`, with more of it between. */
export function nodeAction(extra = ""): string {
  return `name: A\ndescription: d\n${extra}runs:\n  using: node24\n  main: main.js\n`;
}
