import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ending } from "@slipway/model";
import { detectIsolation } from "../process/isolation.ts";
import {
  type Bench,
  bash,
  editor,
  LIMITS,
  openBench,
  results,
  type ScriptedCall,
  submit,
} from "../testing/bench.ts";
import { running } from "../testing/processes.ts";
import type { ChangeDraft, ExecuteRequest } from "./execute.ts";

type Turn = readonly ScriptedCall[] | string;

interface Case {
  /** Without an end the last turn goes on for ever. */
  readonly turns?: readonly Turn[];
  /** Answers that are none, put in the place of the turn of this number. */
  readonly answer?: readonly [number, Record<string, unknown>, Record<string, unknown>?];
  readonly run?: (bench: Bench) => Partial<ExecuteRequest> | Promise<Partial<ExecuteRequest>>;
  readonly ending: Ending;
  readonly outcome?: "finished";
  readonly holds?: (draft: ChangeDraft) => void;
}

const KEEP = bash("echo kept > kept.txt");
const error = (status: number, type: string) => ({ error: { message: "no", type }, status });
const limits = (more: Partial<typeof LIMITS & { tokens: number; dollars: number }>) => () => ({
  limits: { ...LIMITS, ...more },
});

/** The scripted model says with each 429 when to come again; not every service does. */
const withoutRetryAfter: typeof globalThis.fetch = async (input, init) => {
  const { body, status, headers } = await globalThis.fetch(input, init);
  const left = new Headers(headers);
  left.delete("retry-after");
  return new Response(body, { status, headers: left });
};

/** What can happen to an execution, and how it ends. */
const CASES: Readonly<Record<string, Case>> = {
  "endless loop: the same call": {
    turns: [[KEEP], [bash("ls greet.mjs")]],
    run: limits({ steps: 30 }),
    ending: "stuck",
  },
  "endless loop: the same error": {
    turns: [[KEEP], [bash("ls absent")]],
    run: limits({ steps: 30 }),
    ending: "stuck",
  },
  monologue: { turns: [[KEEP], "I would now begin."], run: limits({ steps: 30 }), ending: "stuck" },
  "bad tool input, for ever": {
    turns: [[KEEP], [{ name: "bash", arguments: { cmd: "ls" } }]],
    run: limits({ steps: 30 }),
    ending: "format-errors",
    holds: (draft) => expect(results(draft)[1]).toContain("The input of bash is wrong"),
  },
  "bad tool input, once": {
    turns: [
      [KEEP],
      [{ name: "str_replace_based_edit_tool", arguments: { command: "create", path: 7 } }],
      [submit()],
    ],
    ending: "submitted",
    outcome: "finished",
  },
  "command that forks and hangs": {
    turns: [[KEEP, bash("(sleep 3101 & sleep 3102 & wait) & sleep 3103")], [submit()]],
    run: limits({ commandSeconds: 2 }),
    ending: "submitted",
    outcome: "finished",
    holds: (draft) => {
      expect(results(draft)[1]).toContain("[killed after");
      expect(["3101", "3102", "3103"].filter(running)).toEqual([]);
    },
  },
  "setsid, nohup and a double fork": {
    turns: [
      [KEEP, bash("setsid sleep 3104 & (nohup setsid sleep 3105 >/dev/null 2>&1 &); echo away")],
      [submit()],
    ],
    ending: "submitted",
    outcome: "finished",
    holds: () => expect(["3104", "3105"].filter(running)).toEqual([]),
  },
  "a gigabyte of output": {
    turns: [[KEEP, bash("head -c 1000000000 /dev/zero | tr '\\0' y")], [submit()]],
    ending: "submitted",
    outcome: "finished",
    holds: (draft) => expect(results(draft)[1]?.length).toBeLessThan(10_200),
  },
  "reads /proc/*/environ": {
    turns: [
      [KEEP, bash("cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep SECRET_OF_TEST; true")],
      [submit()],
    ],
    run: async () => {
      const child = spawn("sleep", ["3106"], { env: { ...process.env, SECRET_OF_TEST: "s3cret-value" } });
      await once(child, "spawn");
      children.push(child);
      return {};
    },
    ending: "submitted",
    outcome: "finished",
    holds: (draft) => {
      // Where the machine allows no namespaces, the draft says that other processes can be seen.
      if (draft.notes.length === 0) expect(draft.trajectory).not.toContain("s3cret-value");
      else expect(draft.notes[0]).toContain("see the other processes");
    },
  },
  "file named like an option": {
    turns: [
      [
        KEEP,
        editor("create", { path: "--help", file_text: "x\n" }),
        editor("create", { path: "-rf", file_text: "y\n" }),
      ],
      [submit()],
    ],
    ending: "submitted",
    outcome: "finished",
    holds: (draft) => expect(draft.files.map(({ path }) => path)).toEqual(["--help", "-rf", "kept.txt"]),
  },
  "limit of turns": { turns: [[KEEP], [bash("date +%N")]], run: limits({ steps: 3 }), ending: "steps" },
  "limit of time": {
    turns: [[KEEP], [bash("sleep 3107")]],
    run: limits({ seconds: 10, commandSeconds: 60 }),
    ending: "time",
  },
  "limit of tokens": { turns: [[KEEP], [bash("date +%N")]], run: limits({ tokens: 300 }), ending: "tokens" },
  "limit of dollars": {
    turns: [[KEEP], [bash("date +%N")]],
    run: () => ({ limits: { ...LIMITS, dollars: 0.25 }, price: ({ inputTokens }) => inputTokens / 1_000 }),
    ending: "dollars",
  },
  "max_tokens, once": {
    turns: [[KEEP], "", [submit()]],
    answer: [1, { content: "I beg", finishReason: "length" }],
    ending: "submitted",
    outcome: "finished",
  },
  "max_tokens, for ever": {
    turns: [[KEEP]],
    answer: [1, { content: "I beg", finishReason: "length" }],
    run: limits({ steps: 30 }),
    ending: "format-errors",
  },
  refusal: { turns: [[KEEP]], answer: [1, { content: "no", finishReason: "refusal" }], ending: "refusal" },
  "context exceeded": {
    turns: [[KEEP]],
    answer: [1, { content: "", finishReason: "model_context_window_exceeded" }],
    ending: "context-exceeded",
  },
  "overloaded (529)": { turns: [[KEEP]], answer: [1, error(529, "overloaded_error")], ending: "overloaded" },
  "429 without retry-after": {
    turns: [[KEEP]],
    answer: [1, error(429, "rate_limit_error")],
    run: ({ model }) => ({ client: model.clientWith({ fetch: withoutRetryAfter }) }),
    ending: "rate-limited",
  },
  "429, retry-after a second": {
    turns: [[KEEP]],
    answer: [1, { ...error(429, "rate_limit_error"), retryAfter: 1 }],
    ending: "rate-limited",
  },
  "429, retry-after an hour": {
    turns: [[KEEP]],
    answer: [1, { ...error(429, "rate_limit_error"), retryAfter: 3_600 }],
    ending: "rate-limited",
  },
  "429 by chaos switch": {
    turns: [[KEEP]],
    answer: [1, { content: "x" }, { chaos: { rateLimitRate: 1 } }],
    ending: "rate-limited",
  },
  "500 by chaos switch": {
    turns: [[KEEP]],
    answer: [1, { content: "x" }, { chaos: { dropRate: 1 } }],
    ending: "overloaded",
  },
  "garbage by chaos switch": {
    turns: [[KEEP]],
    answer: [1, { content: "x" }, { chaos: { malformedRate: 1 } }],
    ending: "connection",
  },
  "connection cut by chaos switch": {
    turns: [[KEEP]],
    answer: [1, { content: "x" }, { chaos: { disconnectRate: 1 } }],
    ending: "connection",
  },
  "pause_turn, once": {
    turns: [[KEEP], "", [submit()]],
    answer: [1, { content: "Looking.", finishReason: "pause_turn" }],
    ending: "submitted",
    outcome: "finished",
  },
  "pause_turn, for ever": {
    turns: [[KEEP]],
    answer: [1, { content: "Looking.", finishReason: "pause_turn" }],
    run: limits({ steps: 3 }),
    ending: "steps",
  },
  "wrong key (401)": {
    turns: [[KEEP]],
    answer: [1, error(401, "authentication_error")],
    ending: "authentication",
  },
  "bad request (400)": {
    turns: [[KEEP]],
    answer: [1, error(400, "invalid_request_error")],
    ending: "invalid-request",
  },
  "cut stream": {
    turns: [[KEEP]],
    answer: [1, { content: "x".repeat(50) }, { truncateAfterChunks: 3, chunkSize: 2 }],
    ending: "connection",
  },
  "patch on a moved base": {
    turns: [[KEEP], [submit()]],
    run: async ({ repository }) => {
      const startSha = repository.sha;
      await repository.write({ "README.md": "# other\n" });
      await repository.git("commit", "-qam", "moved");
      const file = (path: string, content: string) => ({
        status: "written" as const,
        path,
        mode: "100644" as const,
        encoding: "utf-8" as const,
        content,
      });
      return {
        startSha: await repository.git("rev-parse", "HEAD"),
        earlier: {
          startSha,
          files: [file("README.md", "# mine\n"), file("new.txt", "new\n")],
          summary: "Half done.",
          reason: "The limit of 3 turns was reached.",
          trajectory: "",
        },
      };
    },
    ending: "submitted",
    outcome: "finished",
    holds: (draft) => {
      expect(draft.files.map(({ path }) => path)).toEqual(["kept.txt", "new.txt"]);
      expect(draft.notes.join()).toMatch(/README\.md.*was not applied: it was changed meanwhile/);
    },
  },
  interruption: {
    turns: [[KEEP], [bash("date +%N")]],
    run: () => {
      let asked = 0;
      return { interrupted: async () => (++asked > 2 ? "The run is paused." : null) };
    },
    ending: "interrupted",
    holds: (draft) => expect(draft).toMatchObject({ interrupted: true, reason: "The run is paused." }),
  },
  abort: {
    turns: [[KEEP], [bash("date +%N")]],
    run: () => {
      const controller = new AbortController();
      return {
        signal: controller.signal,
        onStep: (line) => line.includes('"type":"result"') && controller.abort(),
      };
    },
    ending: "interrupted",
    holds: (draft) =>
      expect(draft).toMatchObject({ interrupted: false, reason: "The job was asked to stop." }),
  },
  "a failure of our own": {
    turns: [[KEEP], [bash("date +%N")]],
    run: () => {
      let asked = 0;
      return {
        interrupted: async () => {
          asked += 1;
          if (asked > 1) throw new Error("the server is gone");
          return null;
        },
      };
    },
    ending: "executor-failed",
    holds: (draft) => expect(draft.reason).toContain("the server is gone"),
  },
};

const children: ReturnType<typeof spawn>[] = [];
const table: string[] = [];
const isolation = await detectIsolation();

describe("every case has its ending, and the work is saved", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench(isolation);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill();
    await bench.close();
  });
  afterAll(() => {
    process.stdout.write(`${["case → ending", ...table].join("\n")}\n`);
  });

  test.each(Object.entries(CASES))(
    "%s",
    async (name, { turns = [], answer, run, ending, outcome = "unfinished", holds }) => {
      const request = (await run?.(bench)) ?? {};
      if (answer) {
        const [turnIndex, response, options] = answer;
        bench.model.mock.on({ userMessage: "Slipway node: T1\n", turnIndex }, response, options);
      }
      bench.script(...turns);
      const draft = await bench.run(request);
      table.push(
        `${name} → ${draft.ending} (${draft.outcome}; files kept: ${draft.files.map(({ path }) => path).join(", ")})`,
      );
      expect(draft).toMatchObject({ ending, outcome });
      expect(draft.files.map(({ path }) => path)).toContain("kept.txt");
      const lastLine = JSON.parse(draft.trajectory.trim().split("\n").at(-1) ?? "");
      expect(lastLine).toMatchObject({ type: "end", ending, reason: draft.reason });
      holds?.(draft);
    },
  );
});
