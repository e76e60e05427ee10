import { delimiter } from "node:path";
import { redact } from "../prompt/redact.ts";

export interface CleanEnvironment {
  /** An empty folder of its own, so that no credential of the runner's user is found. */
  readonly home: string;
  /** For temporary files. Default: the system's. */
  readonly temp?: string;
  /** Default: that of this process. */
  readonly path?: string;
  /** What the consumer's setup action exported. What looks like a credential or leads to one is left out. */
  readonly extra?: Readonly<Record<string, string | undefined>>;
}

/** Variables of the runner, of the suite, and of services that take a credential. */
const HELD_BACK = /^(?:GITHUB|GH|RUNNER|ACTIONS|INPUT|STATE|ANTHROPIC|SLIPWAY)_/i;
/** Names that say that the value is a credential. */
const CREDENTIAL =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|COOKIE|(?:API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION)_?KEY(?:_ID)?)$/i;
/** Names whose value leads to somebody's stored credentials, or makes our own shell or Git act differently. */
const LEADS_TO =
  /^(?:XDG_.*|SSH_.*|GPG_.*|GIT_.*|npm_.*|DOCKER_(?:AUTH_)?CONFIG|KUBECONFIG|NETRC|NODE_OPTIONS|BASH_ENV|ENV|BASH_FUNC_.*|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|PS4|OLDPWD)$/i;
/** `https://user:password@host` */
const URL_WITH_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** The environment of a command that runs repository or model code: no token, key or runner variable. */
export function cleanEnvironment({
  home,
  temp,
  path = process.env.PATH ?? "",
  extra = {},
}: CleanEnvironment): Record<string, string> {
  const kept = Object.entries(extra).filter((entry): entry is [string, string] => mayPass(...entry));
  const paths = [extra.PATH, path].filter((part) => part !== undefined && part !== "");
  return {
    ...Object.fromEntries(kept),
    PATH: [...new Set(paths.join(delimiter).split(delimiter))].join(delimiter),
    HOME: home,
    ...(temp === undefined ? {} : { TMPDIR: temp }),
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "true",
  };
}

function mayPass(name: string, value: string | undefined): boolean {
  if (value === undefined || HELD_BACK.test(name) || CREDENTIAL.test(name) || LEADS_TO.test(name))
    return false;
  return !URL_WITH_PASSWORD.test(value) && redact(value) === value;
}
