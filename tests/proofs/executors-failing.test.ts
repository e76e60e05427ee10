/** Programs and services that fail: each in its named outcome, its work saved, tried again, and at last BLOCKED. */
import { afterEach, expect, test } from "@jest/globals";
import { openService, type Service } from "../../packages/agents/src/adapters/testing/service.ts";
import { running } from "../../packages/agents/src/testing/processes.ts";
import { ADAPTER_SECRET, CODER_KEY, changeIn, runBy, type Way, type Worked } from "./executors.ts";

let worked: Worked | undefined;
let service: Service | undefined;
afterEach(async () => {
  await worked?.stop();
  await service?.close();
  worked = service = undefined;
});

/** Lets the run go until the task is BLOCKED; the endings of its attempts, and what is left. */
async function blockedBy(way: Way) {
  worked = await runBy(way);
  const documents = [...(await worked.changes()).values()];
  const changes = documents.map(changeIn);
  const { runs } = worked.bench.github.repository(worked.bench.repository);
  const kept = [
    ...runs.flatMap(({ jobs }) => jobs.flatMap(({ log, summaries }) => [log, ...summaries.values()])),
    ...documents.flatMap((files) => files.map(({ text }) => text)),
    ...worked.comments(),
    JSON.stringify(await worked.bench.events(worked.runId)),
  ].join("\n");
  for (const secret of [CODER_KEY, ADAPTER_SECRET]) expect(kept).not.toContain(secret);
  expect(worked.node.status).toBe("BLOCKED");
  // The sentence that a person reads on the issue.
  expect(worked.comments().join("\n")).toContain(worked.node.trouble ?? "nothing");
  for (const change of changes)
    expect(change).toMatchObject({ outcome: "unfinished", executor: way.executor });
  return { changes, documents, trouble: worked.node.trouble ?? "", kept };
}

const pathsOf = ({ files }: { readonly files: readonly { readonly path: string }[] }) =>
  files.map(({ path }) => path);

test("a program that fails and prints its key is tried again on what it left, and the key is nowhere", async () => {
  const { changes, documents, trouble, kept } = await blockedBy({
    executor: "command",
    mode: "fail",
    attempts: 2,
  });
  expect(changes.map(({ ending }) => ending)).toEqual(["executor-failed", "executor-failed"]);
  expect(changes.map(pathsOf)).toEqual([["farewell.txt"], ["farewell.txt"]]);
  expect(changes[1]?.reason).toMatch(/"coder\.mjs" ended with exit code 7: .*no more credit for \*+/);
  expect(trouble).toContain("ended with exit code 7");
  expect(kept).toMatch(/Working with the key \*+; a token is not here\./);
  const steps = documents.map((files) => files.find(({ name }) => name === "trajectory.jsonl")?.text ?? "");
  expect(steps.map((text) => text.includes("An earlier attempt at this task ended"))).toEqual([false, true]);
}, 400_000);

test("a program that hangs is ended with all that it started when its time is over", async () => {
  const { changes, trouble } = await blockedBy({
    executor: "command",
    mode: "hang",
    attempts: 1,
    agent: "minutes: 1",
  });
  expect(changes).toMatchObject([{ ending: "time", reason: expect.stringContaining("60 s was reached") }]);
  expect(changes.map(pathsOf)).toEqual([["farewell.txt"]]);
  expect(trouble).toContain("60 s was reached");
  expect(running("3207")).toBe(false);
}, 400_000);

test("an adapter that answers 500, then nothing at all", async () => {
  let tasks = new Set<string>();
  service = await openService((request) => {
    tasks = tasks.add(String(request.headers["idempotency-key"]));
    return tasks.size === 1 ? { status: 500, body: { why: "out of order" } } : new Promise(() => undefined);
  });
  const { changes, documents, trouble } = await blockedBy({
    executor: "http",
    url: service.base,
    attempts: 2,
    agent: "minutes: 1",
  });
  expect(changes.map(({ ending }) => ending)).toEqual(["executor-failed", "time"]);
  expect(changes[0]?.reason).toContain("it answered 500");
  expect(trouble).toContain("60 s was reached");
  // The same key for each try of an attempt, and what came of it is kept.
  expect([...tasks]).toHaveLength(2);
  expect(documents.map((files) => files.map(({ name }) => name).sort())).toEqual([
    ["change.json", "trajectory.jsonl"],
    ["change.json", "trajectory.jsonl"],
  ]);
  expect(service.received.map(({ problem }) => problem).filter(Boolean)).toEqual([]);
}, 400_000);
