/** Signed links: whoever holds one may do what it names, on one blob, until it ends. No other credential is asked for. */

import { createHmac, timingSafeEqual } from "node:crypto";

/** `cw`: create and write, `r`: read; the letters of Azure's `sp` parameter. */
export type BlobPermission = "cw" | "r";

export interface SignedLinks {
  /** The query of a link to a blob; `until` in milliseconds since the epoch. */
  sign(key: string, permission: BlobPermission, until: number): URLSearchParams;
  /** Why a link is refused, or undefined when it holds. `now` in milliseconds since the epoch. */
  refusal(key: string, permission: BlobPermission, query: URLSearchParams, now: number): string | undefined;
}

export function createSignedLinks(secret: Buffer): SignedLinks {
  const signature = (key: string, permission: string, expiry: string) =>
    createHmac("sha256", secret).update([permission, key, expiry].join("\n")).digest("base64");
  return {
    sign(key, permission, until) {
      const expiry = new Date(until).toISOString();
      return new URLSearchParams({
        sv: "2025-11-05",
        sp: permission,
        se: expiry,
        sig: signature(key, permission, expiry),
      });
    },
    refusal(key, permission, query, now) {
      const expiry = query.get("se") ?? "";
      const given = Buffer.from(query.get("sig") ?? "");
      const expected = Buffer.from(signature(key, query.get("sp") ?? "", expiry));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return "The link's signature does not match: it was changed, or made by another server.";
      }
      if (query.get("sp") !== permission)
        return `The link allows '${query.get("sp")}', this request needs '${permission}'.`;
      if (!(Date.parse(expiry) > now)) return `The link ended at ${expiry}: ask for a new one.`;
      return undefined;
    },
  };
}
