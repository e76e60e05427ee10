import type { EngineHost, RepositoryName } from "@slipway/model";
import type { Library } from "../load/library.ts";
import type { FileOrigin, StepDefinition } from "../load/model.ts";
import type { PlannedWorkflow } from "../schedule/plan.ts";
import { partRef } from "./copies.ts";

/** A repository at a commit, and the name by which files ask for it. */
export interface Reference {
  /** `OWNER/REPO@REF` */
  readonly name: string;
  readonly repository: RepositoryName;
  readonly sha: string;
  /** The only folder of it that is meant; empty for all of it. */
  readonly part: string;
}

/**
 * Every repository that a run's files lead to, by each of the names that they use for it, and by those that `$/` is
 * rewritten to. What is in no repository here is left out.
 */
export async function collectReferences(
  host: EngineHost,
  library: Library,
  workflow: PlannedWorkflow,
): Promise<readonly Reference[]> {
  const found = new Map<string, Reference>();
  const add = ({ owner, name }: RepositoryName, ref: string, sha: string, part = ""): void => {
    const asked = `${owner}/${name}@${ref}`;
    found.set(asked, { name: asked, repository: { owner, name }, sha, part });
  };

  async function ofWorkflow({ origin, definition, calls }: PlannedWorkflow): Promise<void> {
    add(origin.repository, origin.sha, origin.sha);
    for (const job of definition.jobs) {
      if (job.kind === "steps") {
        await ofSteps(job.steps, origin);
        continue;
      }
      const called = calls.get(job.id);
      if (called === undefined) continue;
      if (job.uses.kind === "repository") add(job.uses.repository, job.uses.ref, called.origin.sha);
      await ofWorkflow(called);
    }
  }

  async function ofSteps(steps: readonly StepDefinition[], origin: FileOrigin): Promise<void> {
    for (const step of steps) {
      if (step.kind !== "uses" || step.uses.kind === "local") continue;
      const { uses } = step;
      const repository = uses.kind === "repository" ? uses.repository : origin.repository;
      const sha = uses.kind === "repository" ? await host.resolveRef(repository, uses.ref) : origin.sha;
      if (sha === undefined) continue;
      if (uses.kind === "repository") add(repository, uses.ref, sha);
      else add(repository, partRef(sha, uses.path), sha, uses.path);
      const at = { ...origin, repository, sha, path: uses.path };
      const action = await library.action(repository, sha, uses.path);
      if (action?.runs.kind === "composite") await ofSteps(action.runs.steps, at);
    }
  }

  await ofWorkflow(workflow);
  return [...found.values()];
}
