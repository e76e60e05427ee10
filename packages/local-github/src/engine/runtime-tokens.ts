/** ACTIONS_RUNTIME_TOKEN: a JWT whose `scp` claim names run and job, as `@actions/artifact` reads it. */

import { createHmac, randomBytes } from "node:crypto";
import { jwtVerify } from "jose";

/** GitHub's live as long as a job may run. */
const LIFETIME_SECONDS = 6 * 3_600;

export interface RuntimeTokens {
  mint(request: { runId: number; jobId: number }): string;
  verify(token: string): Promise<{ runId: number; jobId: number } | undefined>;
}

export function createRuntimeTokens(now: () => Date): RuntimeTokens {
  const key = randomBytes(32);
  return {
    mint({ runId, jobId }) {
      const at = Math.floor(now().getTime() / 1_000);
      return signNow(key, { scp: `Actions.Results:${runId}:${jobId}`, iat: at, exp: at + LIFETIME_SECONDS });
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, { currentDate: now() });
        const found = /(?:^| )Actions\.Results:(\d+):(\d+)(?: |$)/.exec(String(payload.scp ?? ""));
        return found ? { runId: Number(found[1]), jobId: Number(found[2]) } : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** An HS256 JWT (RFC 7515), made in one go: `EngineHost.mintRuntimeToken` answers at once, and jose only signs asynchronously. */
function signNow(key: Buffer, claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}
