/** Signed, short-lived links without a token, as GitHub redirects to for logs and artifacts. */

import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";

export interface Download {
  readonly type: string;
  readonly fileName?: string;
  readonly content: () => string | Buffer | Readable | undefined;
}

export interface Downloads {
  /** The link's path. It works for a minute, as GitHub's do. */
  offer(download: Download): string;
  find(path: string): Download | undefined;
}

export const DOWNLOAD_PREFIX = "/_downloads/";

export function createDownloads(now: () => Date): Downloads {
  const offered = new Map<string, { download: Download; until: number }>();
  return {
    offer(download) {
      const at = now().getTime();
      for (const [key, { until }] of offered) if (until < at) offered.delete(key);
      const path = `${DOWNLOAD_PREFIX}${randomBytes(24).toString("hex")}`;
      offered.set(path, { download, until: at + 60_000 });
      return path;
    },
    find(path) {
      const found = offered.get(path);
      return found && found.until >= now().getTime() ? found.download : undefined;
    },
  };
}
