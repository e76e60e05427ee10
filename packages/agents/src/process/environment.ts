import { delimiter } from "node:path";

export interface CleanEnvironment {
  /** An empty folder of its own, so that no credential of the runner's user is found. */
  readonly home: string;
  /** Default: that of this process. */
  readonly path?: string;
  /** What the consumer's setup action exported. Names that belong to runner or suite are left out. */
  readonly extra?: Readonly<Record<string, string | undefined>>;
}

/** Variables that belong to the runner, to the suite or to a service that takes a credential. */
const HELD_BACK =
  /^(?:GITHUB|GH|RUNNER|ACTIONS|INPUT|STATE|ANTHROPIC|SLIPWAY)_|(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET|SIGNING)_?KEY(?:_ID)?)$/i;

/** The environment of a command that runs repository or model code: no token, key or runner variable. */
export function cleanEnvironment({
  home,
  path = process.env.PATH ?? "",
  extra = {},
}: CleanEnvironment): Record<string, string> {
  const kept = Object.entries(extra).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !HELD_BACK.test(entry[0]) && entry[0] !== "PATH",
  );
  const paths = [extra.PATH, path].filter((part) => part !== undefined && part !== "");
  return {
    ...Object.fromEntries(kept),
    PATH: [...new Set(paths.join(delimiter).split(delimiter))].join(delimiter),
    HOME: home,
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "true",
  };
}
