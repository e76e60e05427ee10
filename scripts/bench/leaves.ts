/** What each leaf of a run cost, against rule 10. Pure. */
import type { Report } from "../../packages/cli/src/report/schema.ts";

export const API_REQUESTS_MAX = 25;
export const JOBS_MAX = 6;

export interface LeafRow {
  readonly id: string;
  readonly claims: number;
  readonly jobs: number;
  readonly apiRequests: number;
  /** Why the leaf was carried out more than once; null where it had no defect, and the bounds hold for it. */
  readonly defect: string | null;
}

export type LeafReport = Pick<Report, "leaves" | "defects">;

export function leafRows({ leaves, defects }: LeafReport): LeafRow[] {
  return leaves.map((leaf) => {
    const own = defects.filter((defect) => defect.parent === leaf.nodeId);
    return {
      id: leaf.nodeId,
      claims: leaf.claims,
      jobs: leaf.jobs,
      apiRequests: leaf.apiRequests,
      defect: own.length === 0 ? null : own.map(({ id, title }) => `${id}: ${title}`).join("; "),
    };
  });
}

/** A sentence for each bound that a leaf without a defect breaks. */
export function brokenByLeaves(rows: readonly LeafRow[]): string[] {
  return rows
    .filter(({ defect }) => defect === null)
    .flatMap(({ id, jobs, apiRequests }) => [
      ...(jobs > JOBS_MAX ? [`leaf ${id} took ${jobs} jobs; ${JOBS_MAX} are allowed`] : []),
      ...(apiRequests > API_REQUESTS_MAX
        ? [`leaf ${id} took ${apiRequests} API requests; ${API_REQUESTS_MAX} are allowed`]
        : []),
    ]);
}
