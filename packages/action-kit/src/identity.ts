import { ConfigurationError } from "@slipway/model";
import { AGENT_NAME, TOKEN_STATE } from "./app-token.ts";
import type { Runner } from "./commands.ts";
import type { JobEnvironment } from "./environment.ts";
import { type ActionName, APP_EXTRAS, APP_PERMISSIONS, type AppPermissions } from "./permissions.ts";

/** Who a job acts as towards GitHub. */
export interface JobIdentity {
  /**
   * The token that this job works with: the App's where the consumer has set one up for jobs that write, else the
   * job's own. Made once; masked before anything else happens; the App's is revoked when the job ends.
   *
   * @param own the job's GITHUB_TOKEN
   * @throws ConfigurationError when the App is set up by half, is not installed, or lacks a permission
   */
  token(own: string): Promise<string>;
  /** Whether this command writes to the repository. */
  readonly writes: boolean;
  /** Who acted and what that one cannot do, for the summary of a job that writes; undefined when nobody did. */
  told(): string | undefined;
}

export interface IdentityInput {
  readonly action: ActionName;
  readonly runner: Runner;
  readonly environment: JobEnvironment;
}

/** The command that an action was called for: one input names it. */
const commandOf = (runner: Runner) => runner.input("command") || runner.input("stage");

export function jobIdentity({ action, runner, environment }: IdentityInput): JobIdentity {
  let made: Promise<string> | undefined;
  let login: string | undefined;
  const command = commandOf(runner);
  const permissions = APP_PERMISSIONS[action]?.[command];
  const extras = APP_EXTRAS[action]?.[command] ?? {};
  const make = async (own: string): Promise<string> => {
    runner.mask(own);
    const app = appOf(runner);
    if (!app) {
      login = "github-actions[bot]";
      return own;
    }
    if (!permissions)
      throw new ConfigurationError(
        "A GitHub App's key was handed to a job that writes nothing: take `app-private-key` away from it.",
      );
    // Loaded where there is an App: no other job pays for it.
    const { createAppToken } = await import("@slipway/github");
    const { owner, repo, apiUrl } = environment;
    const log = { debug: () => undefined, info: runner.info, warn: runner.warning };
    const created = await createAppToken({
      ...app,
      owner,
      repo,
      apiUrl,
      permissions,
      extras,
      userAgent: AGENT_NAME,
      log,
    });
    runner.mask(created.token);
    runner.saveState(TOKEN_STATE, created.token);
    login = created.login;
    return created.token;
  };
  return {
    token(own) {
      made ??= make(own);
      return made;
    },
    writes: permissions !== undefined,
    told: () => (login === undefined || !permissions ? undefined : identityText(login, permissions)),
  };
}

/** App id and key, when both are given. */
function appOf(runner: Runner): { appId: string; privateKey: string } | undefined {
  const appId = runner.input("app-id");
  const privateKey = runner.input("app-private-key");
  if (privateKey) runner.mask(privateKey);
  // Checks are compared with the App that made them, which GitHub names by its number alone.
  if (appId && !/^\d+$/.test(appId))
    throw new ConfigurationError(
      "The variable SLIPWAY_APP_ID is not a number: give the App ID that the App's settings page shows, not its client id or name.",
    );
  if (appId && privateKey) return { appId, privateKey };
  if (appId)
    throw new ConfigurationError(
      `A GitHub App is named (id ${appId}), but its private key was not handed over: pass the secret \`app-private-key\` to Slipway's workflow, or delete the variable SLIPWAY_APP_ID to act with GITHUB_TOKEN.`,
    );
  if (privateKey)
    throw new ConfigurationError(
      "The private key of a GitHub App was handed over, but not which App it is of: set the repository variable SLIPWAY_APP_ID to the App's id.",
    );
  return undefined;
}

function identityText(login: string, permissions: AppPermissions): string {
  if (login !== "github-actions[bot]") return `Acted as \`${login}\`, a GitHub App.`;
  const lacks =
    permissions["pull-requests"] === "write"
      ? ": pull requests opened with it start no CI of the repository's own until a person approves that"
      : "";
  return `Acted as \`${login}\` with \`GITHUB_TOKEN\`${lacks}.`;
}
