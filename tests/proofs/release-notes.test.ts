/** Notes of a release in the words of the release manager: asked, published, taken up again, and done without. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LedgerEvent } from "@slipway/model";
import type { ModelFront } from "../e2e/bench.ts";
import { artifactsOf, ask } from "./alone.ts";
import { agentOf, CONTENT_REVIEWER, type Fixture, openStages, type Stages } from "./stages.ts";

const POLICY = "qa: { test: grep -q Hello greeting.txt }\nrelease: { notes: agent }\n";
/** Specification, plan, the agent's command and its two submissions, one review. */
const CALLS = 6;
const LIMIT_MS = 400_000;

/** Where the front below puts the SHAs that the release manager is shown. */
const SHAS = "@SHAS@";
const match = { userMessage: "Slipway stage: release\n" };
const WORDED: Fixture & { chunkSize: number } = {
  match,
  response: {
    content: {
      headline: "The repository says goodbye",
      summary: "There is a farewell beside the greeting. @everyone: nobody has to do anything. Closes #1",
      sections: [{ title: "New", items: [{ text: "`farewell.txt` says goodbye.", shas: [SHAS] }] }],
      upgrade: [],
    },
    usage: { input_tokens: 700, output_tokens: 90 },
  },
  // The front below reads one piece at a time.
  chunkSize: 100_000,
};
/** Commits that nobody has. */
const INVENTED: Fixture = { match, response: { content: JSON.stringify(wordsOf(["f".repeat(40)])) } };

function wordsOf(shas: readonly string[]) {
  const sections = [{ title: "New", items: [{ text: "Something else.", shas }] }];
  return { headline: "Something else", summary: "It is something else.", sections, upgrade: [] };
}

/** A scripted model does not know what a release holds: the SHAs that it is asked about are put into its answer. */
async function openFront(target: string): Promise<ModelFront> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const answered = await fetch(`${target}${request.url ?? "/"}`, {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json", "x-api-key": "key" },
      ...(body === "" ? {} : { body }),
    });
    const shas = [...body.matchAll(/sha\W{1,12}([0-9a-f]{40})/g)].map(([, sha]) => sha ?? "");
    const text = (await answered.text()).replaceAll(SHAS, [...new Set(shas)].join('\\",\\"'));
    const type = answered.headers.get("content-type") ?? "application/json";
    response.writeHead(answered.status, { "content-type": type });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

const open = (release: Fixture, more = ""): Promise<Stages> =>
  openStages({
    policy: POLICY + more,
    fixtures: [...agentOf("T1", "echo Goodbye. > farewell.txt"), CONTENT_REVIEWER, release],
    model: openFront,
  });

const recorded = (events: readonly LedgerEvent[]) =>
  events.filter((event) => event.type === "release.recorded");

const published = ({ bench }: Stages): string[] =>
  bench.github.repository(bench.repository).releases.map(({ body }) => body ?? "");

describe("a release manager", () => {
  let stages: Stages;
  let runId = "";
  beforeAll(async () => {
    stages = await open(WORDED);
  }, 60_000);
  afterAll(() => stages?.stop());

  test(
    "words the notes once, also where the job that publishes them is killed at it",
    async () => {
      const struck = stages.strike("Release / Release", "POST /repos/{owner}/{repo}/releases");
      runId = await stages.start();
      await struck;
      const turns = await stages.bench.turns();
      expect(await stages.name(runId)).toBe("DONE");
      expect(turns.flatMap(({ ran }) => ran).filter((name) => name.endsWith("Release / Notes"))).toHaveLength(
        2,
      );
      expect(stages.bench.modelCalls()).toBe(CALLS + 1);
      const state = await stages.state(runId);
      expect(state.usage.calls).toBe(CALLS + 1);
      expect(state.stages.release).toMatchObject({
        agents: ["release-manager"],
        usage: { calls: 1, inputTokens: 700, outputTokens: 90 },
      });
    },
    LIMIT_MS,
  );

  test("publishes them as text, above the record that they were written from", async () => {
    const [body = "", ...more] = published(stages);
    expect(more).toEqual([]);
    expect(body).toContain("**The repository says goodbye**");
    expect(body).toMatch(/- `farewell\.txt` says goodbye\. \(#\d/);
    expect(body).not.toContain("@everyone");
    expect(body).not.toMatch(/closes #1\b/i);
    expect(body.indexOf("### Features")).toBeGreaterThan(body.indexOf("### New"));
    expect(recorded(await stages.events(runId))).toMatchObject([{ release: { notes: body } }]);
  });

  test(
    "is asked alone, too: what it words is handed out, and nothing is published",
    async () => {
      const before = stages.bench.written();
      const [turn] = await ask(stages.bench, [["release.notes.request", { runId }]]);
      expect(turn).toMatchObject({ conclusion: "success", errors: [] });
      expect(turn?.summary).toContain("Agent: `release-manager`.");
      expect(await artifactsOf(stages.bench)).toEqual(
        expect.arrayContaining(["release.alone", "notes.alone"]),
      );
      expect(stages.bench.written()).toEqual(before);
      expect(stages.bench.modelCalls()).toBe(CALLS + 2);
    },
    LIMIT_MS,
  );
});

describe("a release manager that gives nothing to use", () => {
  let stages: Stages;
  beforeAll(async () => {
    stages = await open(INVENTED);
  }, 60_000);
  afterAll(() => stages?.stop());

  test(
    "stops no release: the notes are the trace's, the summary says so, and what it cost is on the account",
    async () => {
      const runId = await stages.start();
      const turns = await stages.quiet();
      expect(await stages.name(runId)).toBe("DONE");
      const [body = ""] = published(stages);
      expect(body).toContain("### Features");
      expect(body).not.toContain("Something else");
      const told = turns.map(({ summary }) => summary).join("\n");
      expect(told).toContain("The notes are the trace's own. The model answered the release stage 3 times");
      expect((await stages.state(runId)).stages.release.usage.calls).toBe(3);
    },
    LIMIT_MS,
  );
});

test(
  "a budget that is used up: the release manager is not asked, and there are notes all the same",
  async () => {
    const stages = await open(WORDED, "budget: { calls: 4 }\n");
    try {
      const runId = await stages.start();
      const turns = await stages.quiet();
      expect(await stages.name(runId)).toBe("DONE");
      expect(stages.bench.modelCalls()).toBe(CALLS);
      const state = await stages.state(runId);
      expect(state.stages.release.agents ?? []).toEqual([]);
      expect(published(stages).join("\n")).toContain("### Features");
      expect(turns.map(({ summary }) => summary).join("\n")).toContain(
        "No agent was asked, since the budget is used up (6 of 4 model calls).",
      );
    } finally {
      await stages.stop();
    }
  },
  LIMIT_MS,
);
