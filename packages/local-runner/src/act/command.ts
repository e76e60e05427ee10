/** How act is called. Pure. */
import { join } from "node:path";

/** One repository at one commit that act finds in a folder instead of on GitHub. */
export interface LocalRepository {
  /** `OWNER/REPO@REF`, as a file says it. */
  readonly name: string;
  readonly folder: string;
}

export interface ActCall {
  /** `push`, `repository_dispatch`, … */
  readonly event: string;
  /** Folder with the repository that got the event, at the event's commit. */
  readonly workspace: string;
  /** `.github/workflows/x.yml` in it. */
  readonly workflowPath: string;
  /** Folder of this run alone: act's files, its own cache and what jobs work in. */
  readonly folder: string;
  readonly actor: string;
  readonly defaultBranch: string;
  readonly repositories: readonly LocalRepository[];
  /** Values of `runs-on` that this machine stands for. */
  readonly labels: readonly string[];
}

/** The files that act is given, by name in the run's folder. */
export const FILES = {
  event: "event.json",
  // act reads these as YAML by their ending, of which JSON is a part: any value can be written down.
  env: "env.yaml",
  secrets: "secrets.yaml",
  variables: "variables.yaml",
  inputs: "inputs.yaml",
} as const;

/** act's arguments. Secrets and tokens stand in files, since everybody on a machine can read arguments. */
export function actArguments(call: ActCall): readonly string[] {
  const file = (name: string): string => join(call.folder, name);
  return [
    call.event,
    "--json",
    ...["--directory", call.workspace],
    ...["--workflows", join(call.workspace, call.workflowPath)],
    ...["--eventpath", file(FILES.event)],
    ...["--env-file", file(FILES.env)],
    ...["--secret-file", file(FILES.secrets)],
    ...["--var-file", file(FILES.variables)],
    ...["--input-file", file(FILES.inputs)],
    ...["--actor", call.actor],
    ...["--defaultbranch", call.defaultBranch],
    ...["--action-cache-path", file("cache")],
    ...["--concurrent-jobs", "1"],
    // Removes what jobs worked in also after a failure.
    "--rm",
    "--no-cache-server",
    ...call.labels.flatMap((label) => ["--platform", `${label}=-self-hosted`]),
    ...call.repositories.flatMap(({ name, folder }) => ["--local-repository", `${name}=${folder}`]),
  ];
}

/**
 * The environment of act itself. Steps inherit it.
 *
 * @param home a folder of the run's own: act reads settings of the person who runs it otherwise
 */
export function actEnvironment(
  basic: Readonly<Record<string, string>>,
  nodeFolder: string,
  home: string,
): Record<string, string> {
  return {
    ...basic,
    PATH: `${nodeFolder}:${basic.PATH ?? ""}`,
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    ACT_DISABLE_VERSION_CHECK: "1",
  };
}
