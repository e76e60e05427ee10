/** How long a stream is waited for whose message has come: numbers may follow it, or an end that never comes. */
const AFTER_MS = 15_000;

export interface Collecting {
  add(event: unknown): void;
  /** Nothing more can come. */
  ended(): boolean;
  /** What has come is the whole message, but for numbers. */
  whole(): boolean;
}

/** Reads a stream to the end of its message: what becomes of the connection after that is no loss. */
export async function readInto(
  collecting: Collecting,
  events: AsyncIterable<unknown> & { readonly controller: AbortController },
  afterMs = AFTER_MS,
): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    while (!collecting.ended()) {
      const next = iterator.next();
      const result = await (collecting.whole() ? withinOr(next, afterMs) : next);
      if (result === null || result.done) break;
      collecting.add(result.value);
    }
  } catch (error) {
    if (!collecting.whole()) throw error;
  } finally {
    // Else the connection stays, and what is still to come is waited for.
    events.controller.abort();
  }
}

async function withinOr<T>(result: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
    // Where nobody waits for it any more it may still fail.
    result.catch(() => {});
  }
}
