import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What both engines are given beside the workflow files. */
export const SECRETS: Readonly<Record<string, string>> = {
  SECRET_ONE: "hunter-one",
  SECRET_TWO: "hunter-two",
};
export const VARIABLES: Readonly<Record<string, string>> = { VARIABLE_ONE: "first", Mixed_Case: "second" };
export const ACTOR = "octocat";

/** `PATH` with `observe` and the Node that actions run on. */
export function pathFor(env: Readonly<Record<string, string | undefined>>, nodePath: string): string {
  return [join(import.meta.dirname, "bin"), dirname(nodePath), env.PATH ?? ""].join(":");
}

/** The files of the repository that the workflows run in, by path. */
export function repositoryFiles(): Readonly<Record<string, string>> {
  return filesBelow(join(import.meta.dirname, "repository"));
}

function filesBelow(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

/** Repositories of actions, `octo/NAME@v1`; `checkout` is the one that brings the files of the event's commit. */
export function actionRepositories(
  gitDir: string,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const here = (name: string) => filesBelow(join(import.meta.dirname, name));
  return { checkout: checkoutAction(gitDir), life: here("life"), wrap: here("wrap") };
}

function checkoutAction(gitDir: string): Readonly<Record<string, string>> {
  const script = `git --git-dir '${gitDir}' archive "$GITHUB_SHA" | tar -x -C "$GITHUB_WORKSPACE"`;
  return {
    "action.yml": `name: Check out\ndescription: The files of the commit\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: ${JSON.stringify(script)}\n`,
  };
}
