import { data } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import type { Functions } from "./evaluate.ts";
import { hashFiles } from "./hash-files.ts";

/** How things stand where a condition is evaluated. `jobs` narrows the question to some of the needed jobs. */
export interface Status {
  success(jobs: readonly string[]): boolean;
  failure(jobs: readonly string[]): boolean;
  cancelled(): boolean;
}

/** `success()`, `failure()`, `cancelled()` and `always()` over a status. */
export function statusFunctions(status: Status): Functions {
  const define = (name: string, call: (names: string[]) => boolean): [string, FunctionDefinition] => [
    name,
    {
      name,
      minArgs: 0,
      maxArgs: Number.MAX_SAFE_INTEGER,
      call: (...args) => new data.BooleanData(call(args.map((arg) => arg.coerceString()))),
    },
  ];
  return new Map([
    define("success", (names) => status.success(names)),
    define("failure", (names) => status.failure(names)),
    define("cancelled", () => status.cancelled()),
    define("always", () => true),
  ]);
}

/** `hashFiles(pattern…)` over a workspace. */
export function hashFilesFunction(workspace: string): Functions {
  return new Map([
    [
      "hashfiles",
      {
        name: "hashFiles",
        minArgs: 1,
        maxArgs: 255,
        call: (...args) =>
          new data.StringData(
            hashFiles(
              workspace,
              args.map((arg) => arg.coerceString()),
            ),
          ),
      },
    ],
  ]);
}
