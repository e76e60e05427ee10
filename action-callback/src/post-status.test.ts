import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import type { ActionContext } from "@slipway/action-kit";
import { DEFAULT_POLICY, foldEvents } from "@slipway/model";
import { postStatus } from "./post-status.ts";

const RUN = "r-20261120-7f3k2a";
const state = foldEvents(null, [
  {
    seq: 1,
    at: "2026-11-20T10:00:00.000Z",
    by: "octocat",
    event: {
      type: "run.started",
      runId: RUN,
      dispatchId: null,
      idea: "Weeks",
      requestedBy: "octocat",
      repository: "acme/spans",
      integrationBranch: "main",
      policy: DEFAULT_POLICY,
      backendUrl: null,
    },
  },
]);

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A backend that answers each post with the next of these status codes, the last one from then on. */
async function backend(...answers: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      response.statusCode = answers[Math.min(received.length, answers.length - 1)] ?? 200;
      received.push({ headers: request.headers, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/status`;
  return { received, url, close: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}

function listener() {
  const said: string[] = [];
  const runner = {
    info: (text: string) => said.push(text),
    warning: (text: string) => said.push(`warning: ${text}`),
  };
  return { said, context: { runner } as unknown as ActionContext };
}

test("where the run stands reaches the backend as one signed CloudEvent", async () => {
  const { received, url, close } = await backend(202);
  const { said, context } = listener();
  await postStatus(context, state, url, "s3cret");
  await close();
  expect(received).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: "" }] = received;
  const event = JSON.parse(body) as Record<string, unknown>;
  expect(event).toMatchObject({
    specversion: "1.0",
    id: `${RUN}#1`,
    type: "dev.slipway.run.status",
    source: "/acme/spans",
    subject: RUN,
    data: { runId: RUN, state: "IDEA_SUBMITTED", nodes: [], release: null },
  });
  expect(headers["content-type"]).toMatch(/application\/cloudevents\+json/);
  expect(headers["x-slipway-signature-256"]).toBe(
    `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`,
  );
  expect(said.join()).toContain(`${RUN} is IDEA_SUBMITTED`);
});

test("without a key nothing is signed", async () => {
  const { received, url, close } = await backend(200);
  await postStatus(listener().context, state, url, undefined);
  await close();
  expect(received[0]?.headers["x-slipway-signature-256"]).toBeUndefined();
});

test("a backend that fails for a moment is told again, under the same id", async () => {
  const { received, url, close } = await backend(503, 200);
  await postStatus(listener().context, state, url, undefined);
  await close();
  expect(received.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual([
    `${RUN}#1`,
    `${RUN}#1`,
  ]);
});

test("a backend that stays away is a warning, never a failed run", async () => {
  const { url, close } = await backend(200);
  await close();
  const { said, context } = listener();
  await postStatus(context, state, url, undefined);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^warning: The backend 127\.0\.0\.1:\d+ was not told: .* goes on without it\.$/);
});
