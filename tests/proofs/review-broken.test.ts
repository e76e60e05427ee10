/** A review that breaks off: people read why, what it cost is counted, and nobody is let past a reader who is missing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import type { ModelFront } from "../e2e/bench.ts";
import { agentOf, CONTENT_REVIEWER, type Fixture, openStages, type Stages } from "./stages.ts";

let stages: Stages | undefined;
afterEach(async () => {
  await stages?.stop();
  stages = undefined;
});

const AUDIT = { userMessage: "Slipway stage: scan\n" };
const usage = { input_tokens: 70, output_tokens: 7 };
const POLICY = "qa: { test: grep -q Hello greeting.txt }\nreview: { security: true }\n";

const openWith = async (audit: object, more: string, model?: (target: string) => Promise<ModelFront>) => {
  const answer: Fixture = { match: AUDIT, response: { content: audit, usage } };
  const reader = { ...CONTENT_REVIEWER, response: { ...CONTENT_REVIEWER.response, usage } };
  const fixtures = [...agentOf("T1", "echo Goodbye. > farewell.txt"), reader, answer];
  stages = await openStages({ policy: POLICY + more, fixtures, ...(model ? { model } : {}) });
  return stages;
};

test("the auditor gives no usable answer: gate, issue and ledger say so, and all calls are paid", async () => {
  const { bench, start, node } = await openWith({ nonsense: true }, "limits: { attempts: 1 }\n");
  const runId = await start();
  await bench.turns();
  const blocked = await node(runId, "T1");
  expect(blocked.status).toBe("BLOCKED");
  const why = "The model answered the scan stage 3 times with something other than what was asked for";
  expect(blocked.verdict?.sentence).toContain(why);
  expect(blocked.trouble).toContain(why);
  const { issues } = bench.github.repository(bench.repository);
  const told = [...issues.values()].flatMap(({ comments }) => comments.map(({ body }) => body)).join("\n");
  expect(told).toContain(why);
  // The agent's three, the reviewer's one and the auditor's three.
  expect(blocked.usage.calls).toBe(3 + 1 + 3);
}, 240_000);

test("a pause between reviewer and auditor: the reviewer is not asked again, the auditor is not left out", async () => {
  const front = holding("Slipway stage: review");
  const audit = { verdict: "pass", reason: "Nothing to be misused.", findings: [] };
  const { bench, send, start, until, quiet, name, node } = await openWith(audit, "", front.open);
  const runId = await start();
  await front.reached;
  await send("pause", { runId });
  await until(runId, "run.paused", 1);
  front.release();
  await quiet();
  await send("resume", { runId });
  await quiet();
  expect(await name(runId)).toBe("DONE");
  const done = await node(runId, "T1");
  expect(done.evidence.find(({ kind }) => kind === "review")).toMatchObject({
    agents: ["code-reviewer", "security-auditor"],
  });
  const asked = (text: string) =>
    bench.exchanges().filter(({ request }) => JSON.stringify(request).includes(text)).length;
  expect([asked("Slipway stage: review"), asked("Slipway stage: scan")]).toEqual([1, 1]);
  expect(done.usage.calls).toBe(3 + 1 + 1);
}, 240_000);

/** Stands before the model and keeps its answer to requests with this text back until it is told to let go. */
function holding(text: string) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const open = async (target: string): Promise<ModelFront> => {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      if (body.includes(text)) {
        reached.resolve();
        await released.promise;
      }
      const answered = await fetch(`${target}${request.url ?? "/"}`, {
        method: request.method ?? "GET",
        headers: { "content-type": "application/json", "x-api-key": "key" },
        ...(body === "" ? {} : { body }),
      });
      const type = answered.headers.get("content-type") ?? "application/json";
      response.writeHead(answered.status, { "content-type": type });
      response.end(await answered.text());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const stop = async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    return { url: `http://127.0.0.1:${port}`, stop };
  };
  return { open, reached: reached.promise, release: () => released.resolve() };
}
