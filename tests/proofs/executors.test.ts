/** The same task by each executor, over the real workflows: the same artifact, and the same end of the run. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runStateOf } from "@slipway/model";
import { HEADERS, signatureOf } from "../../packages/agents/src/adapters/http/signature.ts";
import {
  openService,
  type Received,
  type Service,
} from "../../packages/agents/src/adapters/testing/service.ts";
import { differences, differenceText, type Value } from "../../scripts/proof/differences.ts";
import type { EndState } from "../../scripts/proof/end-state.ts";
import { ADAPTER_SECRET, CODER_KEY, changeIn, type Document, runBy, type Way, workOf } from "./executors.ts";

/** What the program does, as the agent of the built-in executor does it in its shell. */
const SHELL = [
  "echo Goodbye. > farewell.txt",
  "echo 'Hello, and later: goodbye.' > greeting.txt",
  "mkdir -p .github/workflows; echo 'on: push' > .github/workflows/own.yml",
  "ln -s greeting.txt link",
].join("; ");

let service: Service;
/** Results by where they are asked for, and how often that was done. */
const jobs = new Map<string, { readonly result: object; asked: number }>();
/** The adapter takes the task at once; then it is asked for the result, or posts it where that is wished for. */
beforeAll(async () => {
  service = await openService((request) => {
    if (request.problem !== null) return { status: 401, body: { problem: request.problem } };
    if (request.method === "GET") {
      const job = jobs.get(request.path);
      if (!job) return { status: 404 };
      job.asked += 1;
      return job.asked < 2
        ? { status: 202, headers: { "retry-after": "1" } }
        : { status: 200, body: job.result };
    }
    const { callbackUrl } = request.json;
    if (callbackUrl === null) {
      jobs.set("/jobs/1", { result: workOf(request.json), asked: 0 });
      return { status: 202, headers: { location: "/jobs/1", "retry-after": "1" } };
    }
    setTimeout(() => void bring(callbackUrl, request), 500);
    return { status: 202 };
  });
});
afterAll(() => service?.close());

const brought: number[] = [];

/** Posts a result: first one that somebody else has signed, then the adapter's own. */
async function bring(address: string, request: Received): Promise<void> {
  const body = JSON.stringify(workOf(request.json));
  for (const secret of ["somebody else's", ADAPTER_SECRET]) {
    const stamp = { timestamp: String(Math.floor(Date.now() / 1_000)), nonce: `n-${brought.length}` };
    const signature = signatureOf(secret, stamp, { method: "POST", path: new URL(address).pathname }, body);
    const headers = {
      [HEADERS.timestamp]: stamp.timestamp,
      [HEADERS.nonce]: stamp.nonce,
      [HEADERS.signature]: signature,
    };
    brought.push((await fetch(address, { method: "POST", body, headers })).status);
  }
}

const WAYS: Readonly<Record<string, () => Way>> = {
  builtin: () => ({ executor: "builtin", shell: SHELL }),
  command: () => ({ executor: "command" }),
  "http, asked for": () => ({ executor: "http", url: service.base }),
  "http, brought": () => ({ executor: "http", url: service.base, callback: true }),
};

const ended = new Map<string, { end: EndState; documents: readonly Document[] }>();

test.each(Object.keys(WAYS))(
  "by %s the run comes to DONE",
  async (name) => {
    const way = WAYS[name]?.() as Way;
    const worked = await runBy(way);
    try {
      expect(worked.turns.flatMap(({ errors }) => errors)).toEqual([]);
      expect(runStateOf(worked.state)).toBe("DONE");
      const changes = await worked.changes();
      expect([...changes.keys()]).toEqual([1]);
      const documents = changes.get(1) ?? [];
      ended.set(name, { end: await worked.endState(), documents });

      // Nobody but the executor that is named was at work.
      const { runs } = worked.bench.github.repository(worked.bench.repository);
      const logs = runs.flatMap(({ jobs }) => jobs.map(({ log }) => log)).join("\n");
      expect(logs).toContain(`developer-implementer works on T1, by the executor ${way.executor}.`);
      const calls = worked.bench
        .exchanges()
        .filter(({ request }) => /node: T1/.test(JSON.stringify(request)));
      expect(calls.length > 0).toBe(way.executor === "builtin");
      const summaries = runs.flatMap(({ jobs }) => jobs.flatMap(({ summaries }) => [...summaries.values()]));
      for (const secret of [CODER_KEY, ADAPTER_SECRET]) {
        expect(logs).not.toContain(secret);
        expect(summaries.join("\n")).not.toContain(secret);
        expect(documents.map(({ text }) => text).join("\n")).not.toContain(secret);
      }
    } finally {
      await worked.stop();
    }
  },
  200_000,
);

test("each leaves the same artifact, key by key", () => {
  const changes = [...ended].map(([name, { documents }]) => ({
    name,
    documents,
    change: changeIn(documents),
  }));
  expect(changes.map(({ name }) => name)).toEqual(Object.keys(WAYS));
  for (const { name, documents, change } of changes) {
    expect(documents.map((document) => document.name).sort()).toEqual(["change.json", "trajectory.jsonl"]);
    const steps =
      documents
        .find((document) => document.name === "trajectory.jsonl")
        ?.text.trim()
        .split("\n") ?? [];
    const of = (line: string | undefined) => JSON.parse(line ?? "null") as { type: string; ending?: string };
    expect([of(steps[0]).type, of(steps.at(-1))]).toMatchObject([
      "start",
      { type: "end", ending: "submitted" },
    ]);
    // What has to differ, and nothing else.
    const { runId, startSha, usage, reason, executor, ...same } = change;
    expect(executor).toBe(WAYS[name]?.().executor);
    expect({ name, ...same, keys: Object.keys(change).sort() }).toEqual({
      name,
      ...(({ runId, startSha, usage, reason, executor, ...rest }) => rest)(
        changes[0]?.change as typeof change,
      ),
      keys: Object.keys(changes[0]?.change as typeof change).sort(),
    });
  }
  expect(changes[0]?.change.files.map(({ path }) => path)).toEqual(["farewell.txt", "greeting.txt"]);
  expect(changes[0]?.change.summary).toMatch(/own\.yml.*link/s);
});

/** What a run has cost, and by which executor, has to differ. */
const comparable = (end: EndState): Value =>
  JSON.parse(
    JSON.stringify(end)
      .replace(/(?: · )?\d+ model calls? · .*?(?=<br>|\\n|")/g, "<cost>")
      .replace(/(?<=\d changed lines)(?=\\n)/g, "<cost>")
      .replace(/by the executor `[a-z]+`/g, "by the executor <executor>")
      .replace(/(?<=`developer-implementer`) \((?:command|http)\)/g, ""),
  ) as Value;
/** The policy names another executor, which asks the model or does not. */
const OTHERWISE =
  /^(?:fold\/policy\/agents\/|fold\/policy\/executors\/|fold\/nodes\/T1\/made\/executor$|tree\/\.github\/slipway\.yml$|refs\/|modelCalls\/execute T1$)/;

test("the run ends the same with each: ledger, tree, issues, pull requests, checks", () => {
  const [first, ...others] = [...ended].map(([name, { end }]) => ({ name, end: comparable(end) }));
  expect(others).toHaveLength(3);
  for (const { name, end } of others) {
    const found = differences(first?.end ?? null, end).filter(({ path }) => !OTHERWISE.test(path));
    expect([name, ...found.map(differenceText)]).toEqual([name]);
  }
});

test("the adapter was asked twice for one result; of two that were posted the signed one was taken", () => {
  expect(service.received.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([]);
  expect(service.received.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "POST"]);
  expect(brought).toEqual([401, 204]);
});
