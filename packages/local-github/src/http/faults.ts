/** Injected faults: what a network or an overloaded GitHub may do to any request. */

import type { RequestKind } from "./journal.ts";

export interface FaultRequest {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** Path template, when the route is known. */
  readonly route: string | null;
  readonly kind: RequestKind;
  /** Of the job that asks, by its token or by the signed link that it was given to upload an artifact. */
  readonly runId?: number;
  readonly jobId?: number;
}

export type Fault =
  /** Answer this instead of doing anything. */
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Do it, this much later. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Destroy the connection without doing anything. */
  | { readonly kind: "cut-before" }
  /**
   * Do it, then destroy the connection before a single byte of the answer. `onDone` is called in between: whoever
   * asked knows nothing yet.
   */
  | { readonly kind: "cut-after"; readonly onDone?: () => void }
  /**
   * A read is answered as everything was this long ago, or before the last so many requests that were no reads: what was
   * made since is not there yet, what was changed or removed is as it was. For REST reads and the listing of artifacts;
   * anything else is done as always.
   */
  | { readonly kind: "stale"; readonly ageMs: number }
  | { readonly kind: "stale"; readonly changes: number }
  /** A read finds no pull request's mergeability worked out. */
  | { readonly kind: "unsettled" };

export type FaultHook = (request: FaultRequest) => Fault | undefined;
