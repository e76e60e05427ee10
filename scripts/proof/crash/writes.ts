/** Which requests change something, and how each is told from all others of a run. Pure. */
import type { FaultRequest } from "@slipway/local-github";

type Asked = Pick<FaultRequest, "kind" | "method" | "path" | "route">;

/** Reads change nothing, and neither does the part of a push in which git asks for the branches. */
export function isWrite({ kind, method, path }: Asked): boolean {
  switch (kind) {
    case "rest":
      return method !== "GET" && method !== "HEAD";
    case "git":
      return method === "POST" && path.endsWith("/git-receive-pack");
    case "artifact":
      return method === "PUT" || /\/(?:Create|Finalize|Delete)Artifact$/.test(path);
    case "identity":
      return false;
    case "graphql":
      // A query told from a mutation would take its text; the suite asks none.
      return true;
  }
}

/** `POST /repos/{owner}/{repo}/issues`, `git push`, `artifact FinalizeArtifact`, `artifact block` */
export function kindOf({ kind, method, path, route }: Asked): string {
  if (kind === "git") return "git push";
  if (kind !== "artifact") return `${method} ${route ?? path}`;
  const url = new URL(path, "http://localhost");
  if (method === "PUT") return `artifact ${url.searchParams.get("comp") ?? "blob"}`;
  return `artifact ${url.pathname.split("/").at(-1)}`;
}

export interface WriteKeys {
  /**
   * Names a write by the job that makes it, its kind, and how many of the two there were before: jobs run side by side,
   * so that the order of arrival says nothing.
   */
  next(job: string, kind: string): string;
}

export function createWriteKeys(): WriteKeys {
  const counts = new Map<string, number>();
  return {
    next(job, kind) {
      const name = `${job}: ${kind}`;
      const times = (counts.get(name) ?? 0) + 1;
      counts.set(name, times);
      return `${name} #${times}`;
    },
  };
}
