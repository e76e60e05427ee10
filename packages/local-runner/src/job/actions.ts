import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineHost, RepositoryName } from "@slipway/model";
import { readAction } from "../load/action-file.ts";
import type { Library } from "../load/library.ts";
import type { ActionDefinition, FileOrigin, StepDefinition, UsesStep } from "../load/model.ts";

/** An action that can be executed. */
export interface ResolvedAction {
  readonly definition: ActionDefinition;
  /** Absolute folder of its `action.yml`. */
  readonly directory: string;
  /** What `$/` means in it; undefined for an action that came out of the workspace. */
  readonly origin: FileOrigin | undefined;
  /** `github.action_repository` and `github.action_ref`; empty for actions of the workspace. */
  readonly repository: string;
  readonly ref: string;
}

/** Nesting of composite actions, as GitHub allows it. */
const MAX_DEPTH = 10;

/** Finds the actions of steps: once for all before a job starts, one by one for what lies in the workspace. */
export interface ActionResolver {
  /**
   * Resolves `$/…` and `OWNER/REPO/…@ref` of steps and of the composite actions they lead to.
   * @throws with the `uses` and the reason
   */
  prepare(steps: readonly StepDefinition[], origin: FileOrigin | undefined): Promise<void>;
  /** The action of a step; `./` is looked up in the workspace now. @throws */
  find(step: UsesStep, origin: FileOrigin | undefined, workspace: string): Promise<ResolvedAction>;
}

export function createActionResolver(host: EngineHost, library: Library): ActionResolver {
  const known = new Map<string, Promise<ResolvedAction>>();

  async function prepare(
    steps: readonly StepDefinition[],
    origin: FileOrigin | undefined,
    depth = 0,
  ): Promise<void> {
    if (depth > MAX_DEPTH) throw new Error(`Composite actions are nested more than ${MAX_DEPTH} deep.`);
    for (const step of steps) {
      if (step.kind !== "uses" || step.uses.kind === "local") continue;
      if (step.uses.kind === "self" && origin === undefined) continue;
      const action = await remote(step, origin);
      if (action.definition.runs.kind === "composite") {
        await prepare(action.definition.runs.steps, action.origin, depth + 1);
      }
    }
  }

  function remote(step: UsesStep, origin: FileOrigin | undefined): Promise<ResolvedAction> {
    const { uses } = step;
    const place =
      uses.kind === "repository"
        ? ""
        : `${origin?.repository.owner}/${origin?.repository.name}@${origin?.sha}`;
    const key = `${place}|${uses.text}`;
    let found = known.get(key);
    if (found === undefined) {
      found =
        uses.kind === "repository"
          ? byRef(uses.repository, uses.ref, uses.path, uses.text)
          : bySelf(step, origin);
      known.set(key, found);
    }
    return found;
  }

  async function byRef(
    repository: RepositoryName,
    ref: string,
    path: string,
    text: string,
  ): Promise<ResolvedAction> {
    const sha = await host.resolveRef(repository, ref);
    if (sha === undefined) {
      throw new Error(
        `Unable to resolve action '${text}': there is no repository ${repository.owner}/${repository.name} here with a ref '${ref}'.`,
      );
    }
    return load({ repository, ref, sha, path }, path, text);
  }

  function bySelf(step: UsesStep, origin: FileOrigin | undefined): Promise<ResolvedAction> {
    if (origin === undefined) throw new Error(`'${step.uses.text}' has no repository to be resolved in.`);
    const path = step.uses.kind === "self" ? step.uses.path : "";
    return load({ ...origin, path }, path, step.uses.text);
  }

  async function load(origin: FileOrigin, path: string, text: string): Promise<ResolvedAction> {
    const { owner, name } = origin.repository;
    const definition = await library.action(origin.repository, origin.sha, path);
    if (definition === undefined) {
      throw new Error(
        `Unable to find the action '${text}': ${owner}/${name} has no action.yml in '${path || "."}' at ${origin.sha}.`,
      );
    }
    const tree = await library.tree(origin.repository, origin.sha);
    return {
      definition,
      directory: join(tree, path),
      origin,
      repository: `${owner}/${name}`,
      ref: origin.ref,
    };
  }

  async function inWorkspace(path: string, text: string, workspace: string): Promise<ResolvedAction> {
    const directory = join(workspace, path);
    for (const name of ["action.yml", "action.yaml"]) {
      const content = await readFile(join(directory, name), "utf8").catch(() => undefined);
      if (content === undefined) continue;
      const definition = readAction(path === "" ? name : `${path}/${name}`, content);
      return { definition, directory, origin: undefined, repository: "", ref: "" };
    }
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' for '${text}' under '${directory}'. ` +
        "A './' action lies in the workspace: did the job check its repository out first?",
    );
  }

  return {
    prepare: (steps, origin) => prepare(steps, origin),
    find: async (step, origin, workspace) => {
      const { uses } = step;
      // In an action of the workspace `$/` can only mean the workspace: its repository and commit are unknown.
      if (uses.kind === "local" || (uses.kind === "self" && origin === undefined)) {
        const action = await inWorkspace(uses.path, uses.text, workspace);
        if (action.definition.runs.kind === "composite")
          await prepare(action.definition.runs.steps, undefined);
        return action;
      }
      return remote(step, origin);
    },
  };
}
