/** What the REST routes need of the artifact service. Types only; the service itself lives beside this file. */

import type { Readable } from "node:stream";

/** One finished artifact. Dates are ISO 8601, `digest` is `sha256:<hex>`, `size` is the zip's length in bytes. */
export interface ArtifactRecord {
  readonly id: number;
  readonly runId: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Artifacts that are complete. Uploads in progress are not visible here. */
export interface ArtifactStore {
  /** Newest last. */
  list(runId: number): readonly ArtifactRecord[];
  /** Every artifact of a repository (`owner/name`), newest last. */
  listRepository(repository: string): readonly ArtifactRecord[];
  get(id: number): ArtifactRecord | undefined;
  /** The zip as it was uploaded, or undefined when the artifact is not there. */
  read(id: number): Buffer | Readable | undefined;
  /** The job that may upload to this path of a signed link; undefined for any other path. */
  uploader(path: string): { readonly runId: number; readonly jobId: number } | undefined;
  /** True when there was something to remove. */
  remove(id: number): boolean;
}
