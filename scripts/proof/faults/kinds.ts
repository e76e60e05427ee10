/** What a request of a job asks for, as the tables name it. */
import type { FaultRequest } from "@slipway/local-github";

/** `POST /repos/{owner}/{repo}/issues`, `git push: pack`, `artifact: upload`, `model: review`. */
export type RequestKind = string;

/** Undefined: not a job's, or nothing that the suite asks for. */
export function kindOf({ kind, method, path, route, jobId }: FaultRequest): RequestKind | undefined {
  const plain = path.replace(/\?.*$/, "");
  if (kind === "artifact") {
    if (plain.startsWith("/twirp/")) return `artifact: ${plain.slice(plain.lastIndexOf("/") + 1)}`;
    if (!plain.startsWith("/artifacts/")) return undefined;
    if (method === "GET") return "artifact: download";
    return path.includes("comp=blocklist") ? "artifact: upload, end" : "artifact: upload";
  }
  if (jobId === undefined) return undefined;
  if (kind === "git") {
    const way = `${path}${route}`.includes("receive-pack") ? "push" : "fetch";
    return `git ${way}: ${plain.endsWith("/info/refs") ? "refs" : "pack"}`;
  }
  return kind === "rest" && route !== null ? `${method} ${route}` : undefined;
}

/** Which of a model's callers asks, by the first lines of its message. */
export function modelKindOf(body: string): RequestKind {
  return `model: ${/Slipway stage: ([\w.-]+)/.exec(body)?.[1] ?? "unknown"}`;
}

export const isRead = (kind: RequestKind): boolean => kind.startsWith("GET ");
export const isRest = (kind: RequestKind): boolean => /^[A-Z]+ \//.test(kind);
