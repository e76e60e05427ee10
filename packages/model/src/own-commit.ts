import { TRAILERS } from "./names.ts";

export interface CommitWords {
  readonly parents: readonly string[];
  readonly subject: string;
  /** The whole message after the subject line, trailers included. */
  readonly body: string;
}

/** Whether a run made a commit: those of its changes say so, and its merges bring branches up to date. */
export function isOfRun({ subject, body, parents }: CommitWords, runId: string): boolean {
  if (parents.length > 1 && /^chore: (bring|keep) /.test(subject)) return true;
  const lines = body.split("\n");
  return (
    lines.includes(`${TRAILERS.run}: ${runId}`) ||
    lines.some((line) => line.startsWith(`${TRAILERS.merged}: `))
  );
}
