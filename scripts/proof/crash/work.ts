/** What a job asks the model for, and whether it had handed that over. Pure. */
import type { JournalEntry } from "@slipway/local-github";
import { z } from "zod";

interface Work {
  /** As the end state counts the model's calls: `spec`, `execute T1`. */
  readonly name: string;
  /** What the name of its artifact begins with; the number of the claim follows. */
  readonly artifact: string;
}

/** Undefined for a job that asks no model. */
function work(job: string): Work | undefined {
  const [, first = "", second, third] = job.split(" / ");
  if (second === "Draft") return { name: first.toLowerCase(), artifact: `${first.toLowerCase()}.` };
  if (second === "Execute") return { name: `execute ${first}`, artifact: `change.${first}.` };
  if (third === "Review") return { name: `review ${first}`, artifact: `evidence.review.${first}.` };
  return undefined;
}

/** What a job asks the model for: `spec`, `execute T1`; undefined for a job that asks none. */
export const workOf = (job: string): string | undefined => work(job)?.name;

const finalizedSchema = z.object({ name: z.string() });

/**
 * Whether the artifact of a job's work was complete. A job may have handed over something else before: the one that
 * reviews scans first.
 */
export function isHandedOver(
  journal: readonly Pick<JournalEntry, "path" | "jobId" | "fault" | "requestBody">[],
  { job, jobId }: { readonly job: string; readonly jobId: number },
): boolean {
  const artifact = work(job)?.artifact;
  return journal.some((entry) => {
    if (artifact === undefined || entry.jobId !== jobId || !entry.path.endsWith("/FinalizeArtifact"))
      return false;
    const name = finalizedSchema.safeParse(entry.requestBody).data?.name ?? "";
    return name.startsWith(artifact) && entry.fault !== "cut-before";
  });
}
