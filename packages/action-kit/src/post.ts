import { revokeToken } from "@slipway/github";
import { errorText } from "@slipway/model";
import { AGENT_NAME, TOKEN_STATE } from "./app-token.ts";
import { createRunner } from "./commands.ts";

/** A server that does not answer must not hold the job: the token ends by itself within the hour. */
const PATIENCE_MS = 30_000;

/**
 * The `post` step of an action: makes the App's token of this job useless, whatever became of the job. Does nothing
 * where there was none, and never fails a job.
 */
export async function revokeAppToken(env: NodeJS.ProcessEnv, write: (text: string) => void): Promise<void> {
  const token = env[`STATE_${TOKEN_STATE}`];
  const apiUrl = env.GITHUB_API_URL;
  if (!token || !apiUrl) return;
  const runner = createRunner(env, write);
  runner.mask(token);
  const log = { debug: () => undefined, info: runner.info, warn: runner.info };
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("GitHub did not answer in time.")), PATIENCE_MS).unref();
  });
  try {
    await Promise.race([revokeToken({ token, apiUrl, userAgent: AGENT_NAME, log }), late]);
    runner.info("The GitHub App's token of this job was revoked.");
  } catch (error) {
    const why = errorText(error);
    runner.warning(
      `The GitHub App's token of this job was not revoked; it ends by itself within the hour. ${why}`,
    );
  }
}
