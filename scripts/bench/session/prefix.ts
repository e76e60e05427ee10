/** How much of each request of a conversation was in the one before it, from the first byte on. Pure. */
import { median } from "../stats.ts";

/** Of one request and the one before it. */
export interface Shared {
  readonly bytes: number;
  /** Bytes from the beginning that both have. */
  readonly same: number;
  /** `same` of this request's bytes: 0 to 1. */
  readonly ofThis: number;
  /** `same` of the bytes of the one before. */
  readonly ofPrevious: number;
}

/** One for each request from the second on. */
export function sharedWithPrevious(requests: readonly string[]): Shared[] {
  const bytes = requests.map((text) => Buffer.from(text));
  return bytes.slice(1).map((request, at) => {
    const before = bytes[at] ?? Buffer.alloc(0);
    const same = sameBytes(before, request);
    return {
      bytes: request.length,
      same,
      ofThis: same / request.length,
      ofPrevious: same / before.length,
    };
  });
}

function sameBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same += 1;
  return same;
}

export interface PrefixFigures {
  /** Shares of this request: 0 to 1. */
  readonly median: number;
  readonly least: number;
  /** Median share of the one before. */
  readonly ofPrevious: number;
  /** Bytes that no request before had, the first request's own among them. */
  readonly readAnew: number;
  /** Bytes of all requests. */
  readonly all: number;
}

export function prefixFigures(requests: readonly string[]): PrefixFigures {
  const shared = sharedWithPrevious(requests);
  const first = Buffer.byteLength(requests[0] ?? "");
  const sum = (of: (item: Shared) => number) => shared.reduce((all, item) => all + of(item), 0);
  return {
    median: median(shared.map(({ ofThis }) => ofThis)),
    least: Math.min(...shared.map(({ ofThis }) => ofThis)),
    ofPrevious: median(shared.map(({ ofPrevious }) => ofPrevious)),
    readAnew: first + sum(({ bytes, same }) => bytes - same),
    all: first + sum(({ bytes }) => bytes),
  };
}
