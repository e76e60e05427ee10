/**
 * The JSON Web Token by which an App shows that it is itself.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */

import { verify } from "node:crypto";
import { z } from "zod";
import type { Apps } from "../store/apps.ts";
import type { AppRecord } from "../store/records.ts";

/** Seconds that `exp` may lie ahead. */
const LONGEST = 600;
/** Seconds that `iat` may lie ahead: the clocks of two machines differ. */
const DRIFT = 60;

const head = z.object({ alg: z.string() });
const claims = z.object({
  iss: z.union([z.string(), z.number()]).transform(String),
  iat: z.number(),
  exp: z.number(),
});

export type AppJwt =
  | { readonly ok: true; readonly app: AppRecord }
  /** `message` is GitHub's, answered with 401. */
  | { readonly ok: false; readonly message: string };

const refused = (message: string): AppJwt => ({ ok: false, message });

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a credential has the form of a JSON Web Token; the tokens of this server have no dots. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/** Checks signature, issuer and times. `at` is the time now, in seconds since 1970. */
export function verifyAppJwt(apps: Apps, text: string, at: number): AppJwt {
  const [header = "", payload = "", signature = ""] = text.split(".");
  const undecodable = refused("A JSON web token could not be decoded");
  const algorithm = head.safeParse(decode(header));
  if (!algorithm.success || algorithm.data.alg !== "RS256") return undecodable;
  const parsed = claims.safeParse(decode(payload));
  if (!parsed.success) {
    const bad = parsed.error.issues[0]?.path[0];
    if (bad === "exp")
      return refused(
        "'Expiration' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      );
    if (bad === "iat")
      return refused(
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    return refused("Missing 'issuer' claim ('iss') in assertion");
  }
  const { iss, iat, exp } = parsed.data;
  const app = apps.byIssuer(iss);
  if (!app) return refused("Integration not found");
  if (app.publicKey === null) return refused("Integration must generate a public key");
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify("RSA-SHA256", signed, app.publicKey, Buffer.from(signature, "base64url"))) return undecodable;
  if (exp <= at)
    return refused(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > at + LONGEST) return refused("'Expiration time' claim ('exp') is too far in the future");
  if (iat > at + DRIFT)
    return refused(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return { ok: true, app };
}
