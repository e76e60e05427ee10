import { scrubEnvironment } from "@slipway/agents";

/**
 * Names of variables that hold a secret or lead to one. Where a job asks for its OIDC token counts as both: with that
 * anybody is the job.
 */
const SECRET =
  /^ACTIONS_ID_TOKEN_|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|(?:API|ACCESS|PRIVATE|SIGNING)[-_]?KEY|VARIABLES$/i;

/**
 * Takes secrets out of what other processes can read of this one; the process itself still has them, but for the way
 * to the job's OIDC token, which whoever needs it has read by then.
 *
 * @returns their values
 */
export function hideSecrets(env: NodeJS.ProcessEnv): string[] {
  const held = Object.entries(env).flatMap(([name, value]) =>
    SECRET.test(name) && value !== undefined && value !== "" ? [[name, value] as const] : [],
  );
  scrubEnvironment({ names: held.map(([name]) => name) });
  for (const [name, value] of held) {
    if (name.startsWith("ACTIONS_ID_TOKEN_")) delete env[name];
    else env[name] = value;
  }
  return held.map(([, value]) => value);
}
