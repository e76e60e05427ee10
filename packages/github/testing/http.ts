/** For tests: a real HTTP server with scripted answers, and a client that talks to it. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGitHub, type GitHub, type GitHubOptions } from "../src/client/create.ts";
import { fastClock, RECORDING } from "./bare.ts";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
}

export type Answer =
  | "cut"
  | "hang"
  | { status: number; body?: unknown; headers?: Record<string, string>; raw?: string };

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly github: GitHub;
  readonly clock: ReturnType<typeof fastClock>;
  readonly log: ReturnType<typeof RECORDING>;
  close(): Promise<void>;
}

export async function scripted(
  answer: (seen: Seen, index: number) => Answer,
  options: Partial<GitHubOptions> = {},
): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const entry: Seen = {
        method: request.method ?? "",
        path: request.url ?? "",
        body: text === "" ? undefined : JSON.parse(text),
        headers: request.headers,
      };
      const said = answer(entry, seen.length);
      seen.push(entry);
      if (said === "hang") return;
      if (said === "cut") {
        request.socket.destroy();
        return;
      }
      response.writeHead(said.status, { "content-type": "application/json; charset=utf-8", ...said.headers });
      response.end(said.raw ?? (said.body === undefined ? "" : JSON.stringify(said.body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = fastClock();
  const log = RECORDING();
  const github = createGitHub({
    token: "secret-token",
    apiUrl: url,
    serverUrl: url,
    owner: "octo",
    repo: "clock",
    userAgent: "slipway-test",
    log,
    clock,
    environment: { PATH: process.env.PATH },
    ...options,
  });
  return {
    url,
    seen,
    github,
    clock,
    log,
    async close() {
      await github.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
