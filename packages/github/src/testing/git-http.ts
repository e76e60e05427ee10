/** For tests: `git http-backend` behind real HTTP, with a token and with connections that are cut. */

import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";

/** `cut`: the connection ends before or after the effect; `fail-after`: it happens, and the answer is a 502. */
export type GitFault = "cut-before" | "cut-after" | "fail-after" | { readonly status: number } | undefined;

export interface GitHttpServer {
  readonly url: string;
  /** Requests so far, as `POST /r.git/git-receive-pack`. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

const TOKEN = "good-token";

/** @param faults what to do to the request of this name; undefined serves it */
export async function gitHttp(dir: string, faults: (name: string) => GitFault): Promise<GitHttpServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    const name = `${request.method} ${url.pathname}${url.search}`;
    seen.push(name);
    const wanted = `basic ${Buffer.from(`x-access-token:${TOKEN}`).toString("base64")}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    const fault = faults(name);
    if (fault === "cut-before") {
      request.socket.destroy();
    } else if (typeof fault === "object") {
      response.writeHead(fault.status).end("fault");
    } else {
      void serve(dir, url, request, response, fault);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/r.git`,
    seen,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  dir: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  fault: GitFault,
) {
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH ?? "",
      GIT_PROJECT_ROOT: dirname(dir),
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "tester",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stdin.end(Buffer.concat(body));
  await new Promise((resolve) => child.on("close", resolve));
  if (fault === "cut-after") {
    request.socket.destroy();
    return;
  }
  if (fault === "fail-after") {
    response.writeHead(502).end();
    return;
  }
  const answer = Buffer.concat(out);
  const end = answer.indexOf("\r\n\r\n");
  const headers = answer
    .subarray(0, end)
    .toString("utf8")
    .split("\r\n")
    .map((line) => line.split(": ", 2) as [string, string]);
  const status = headers.find(([name]) => name === "Status")?.[1];
  response.writeHead(
    status ? Number.parseInt(status, 10) : 200,
    Object.fromEntries(headers.filter(([name]) => name !== "Status")),
  );
  response.end(answer.subarray(end + 4));
}
