import type { AgentDocument, AgentTask, Ending, Usage } from "@slipway/model";
import { HeadTail } from "../process/output.ts";
import { redact } from "../prompt/redact.ts";

/** What happened in one execution, in order. Written as JSON lines, credentials masked. */
export type RecordEntry =
  | {
      readonly type: "start";
      readonly executor: "command" | "http";
      readonly stage: string;
      readonly nodeId: string | null;
      readonly attempt: number;
      readonly startSha: string;
      /** The program with its arguments, or the address. */
      readonly target: readonly string[];
      readonly prompt?: string;
    }
  | { readonly type: "output"; readonly text: string }
  | {
      readonly type: "exchange";
      readonly method: string;
      readonly url: string;
      /** Null when no answer came. */
      readonly status: number | null;
      readonly seconds: number;
      readonly note: string;
    }
  | {
      readonly type: "check";
      readonly command: string;
      readonly exitCode: number | null;
      readonly seconds: number;
      readonly text: string;
    }
  | {
      readonly type: "end";
      readonly ending: Ending;
      readonly reason: string;
      readonly usage: Usage;
      readonly dollars: number | null;
    };

/** Characters of a program's output that are kept from its beginning and from its end. */
const OUTPUT_EACH = 200_000;
/** Output is written down in pieces of about this size, so that a killed job has its beginning. */
const PIECE = 4_000;

export const TRAJECTORY = "trajectory.jsonl";

export class ExecutionRecord {
  readonly #lines: string[] = [];
  readonly #secrets: readonly string[];
  readonly #onStep: ((line: string) => void) | undefined;
  readonly #tail = new HeadTail(0, OUTPUT_EACH);
  #room = OUTPUT_EACH;
  #pending = "";
  #overflowed = false;

  constructor(secrets: readonly string[], onStep?: (line: string) => void) {
    this.#secrets = secrets;
    this.#onStep = onStep;
  }

  add(entry: RecordEntry): void {
    const line = JSON.stringify(entry, (_key, value: unknown) =>
      typeof value === "string" ? redact(value, this.#secrets) : value,
    );
    this.#lines.push(line);
    try {
      this.#onStep?.(line);
    } catch {
      // Whoever wanted to read along could not: the work goes on, and the line is kept here.
    }
  }

  start(task: AgentTask, executor: "command" | "http", target: readonly string[], prompt?: string): void {
    const { stage, node, attempt, startSha } = task;
    const more = prompt === undefined ? {} : { prompt };
    this.add({
      type: "start",
      executor,
      stage,
      nodeId: node?.id ?? null,
      attempt,
      startSha,
      target,
      ...more,
    });
  }

  /** Output of a program as it comes: the beginning is written down at once, the end at its end. */
  output(text: string): void {
    const head = text.slice(0, this.#room);
    this.#room -= head.length;
    this.#pending += head;
    if (head.length < text.length) {
      // A line stays whole, and with it a credential in it that is to be masked.
      this.#flush(this.#pending.lastIndexOf("\n") + 1 || this.#pending.length);
      this.#overflowed = true;
      this.#tail.write(Buffer.from(this.#pending + text.slice(head.length)));
      this.#pending = "";
    } else if (this.#pending.length >= PIECE) {
      this.#flush(this.#pending.lastIndexOf("\n") + 1);
    }
  }

  outputEnd(): void {
    this.#flush();
    if (this.#overflowed) this.add({ type: "output", text: this.#tail.end() });
    this.#overflowed = false;
  }

  #flush(until = this.#pending.length): void {
    if (until > 0) this.add({ type: "output", text: this.#pending.slice(0, until) });
    this.#pending = this.#pending.slice(until);
  }

  get document(): AgentDocument {
    const text = this.#lines.map((line) => `${line}\n`).join("");
    return { name: TRAJECTORY, mediaType: "application/x-ndjson", text };
  }
}
