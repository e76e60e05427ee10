import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A result that a service brings by itself. */
export interface Delivery {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
}

/** Whoever can be reached from outside. A job of Actions has no address of its own: there, only polling works. */
export interface CallbackListener {
  /** Where the result of this key is to be posted; given to the service. */
  addressOf(key: string): string;
  /**
   * Resolves once a delivery has been judged good, or the signal has come.
   *
   * @param judge why a delivery is refused, which the sender is told; null when it is taken
   */
  receive(key: string, judge: (delivery: Delivery) => string | null, signal: AbortSignal): Promise<void>;
}

export interface ListenOptions {
  /** How the service reaches this server that listens on this port; default is its own local address. */
  readonly publicUrl?: (port: number) => string;
  readonly host?: string;
  readonly port?: number;
  /** Largest body that is read. */
  readonly maxBytes: number;
}

type Judge = (delivery: Delivery) => string | null;

/** A server for callbacks at `/callbacks/{key}`. */
export async function listenForCallbacks(
  options: ListenOptions,
): Promise<CallbackListener & { close(): Promise<void> }> {
  const waiting = new Map<string, Judge>();
  const server = createServer((request, response) => {
    const answer = (status: number, reason: string) => {
      response.writeHead(status, { "content-type": "application/json", connection: "close" });
      response.end(reason === "" ? "" : JSON.stringify({ reason }));
    };
    const key = decodeURIComponent(/\/callbacks\/([^/?#]+)$/.exec(request.url ?? "")?.[1] ?? "");
    const judge = waiting.get(key);
    if (request.method !== "POST") answer(405, "only POST is taken here");
    else if (judge === undefined) answer(404, "nobody waits for this result");
    else {
      readBody(request, options.maxBytes).then(
        (body) => {
          if (body === null) return answer(413, `more than ${options.maxBytes} bytes`);
          const header = (name: string) => {
            const value = request.headers[name];
            return typeof value === "string" ? value : null;
          };
          const reason = judge({ method: "POST", path: request.url ?? "", header, body });
          answer(reason === null ? 204 : 401, reason ?? "");
        },
        () => answer(400, "the body did not come whole"),
      );
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const base = (options.publicUrl?.(port) ?? `http://127.0.0.1:${port}`).replace(/\/+$/, "");
  return {
    addressOf: (key) => `${base}/callbacks/${encodeURIComponent(key)}`,
    receive: (key, judge, signal) =>
      new Promise((resolve) => {
        const end = () => {
          waiting.delete(key);
          signal.removeEventListener("abort", end);
          resolve();
        };
        waiting.set(key, (delivery) => {
          const reason = judge(delivery);
          if (reason === null) end();
          return reason;
        });
        signal.addEventListener("abort", end, { once: true });
        if (signal.aborted) end();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
