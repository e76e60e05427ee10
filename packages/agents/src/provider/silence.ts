/** A model's service that has taken the request and then says nothing: no byte, for longer than a pause is. */

export class SilenceError extends Error {
  override readonly name = "SilenceError";
  constructor(ms: number) {
    super(`nothing came for ${Math.round(ms / 1_000)} s`);
  }
}

/** `fetch`, but that it fails with a {@link SilenceError} when no byte has come for `ms`, before the answer or in it. */
export function withoutSilence(fetch: typeof globalThis.fetch, ms: number): typeof globalThis.fetch {
  return async (input, init) => {
    const silent = new AbortController();
    const signal = init?.signal ? AbortSignal.any([init.signal, silent.signal]) : silent.signal;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const end = () => clearTimeout(timer);
    const listen = () => {
      end();
      // What comes after it was stopped is heard by nobody.
      if (signal.aborted || over) return;
      timer = setTimeout(() => silent.abort(new SilenceError(ms)), ms);
    };
    signal.addEventListener("abort", end, { once: true });
    listen();
    try {
      const response = await fetch(input, { ...init, signal });
      if (response.body === null) {
        end();
        return response;
      }
      listen();
      const heard = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          listen();
          controller.enqueue(chunk);
        },
      });
      // However it ends: the body is over, it broke off, or the reader has heard enough.
      void response.body
        .pipeTo(heard.writable)
        .catch(() => {})
        .finally(() => {
          over = true;
          end();
        });
      const { status, statusText, headers } = response;
      return new Response(heard.readable, { status, statusText, headers });
    } catch (error) {
      end();
      throw error;
    }
  };
}
