import type { Ending, Usage } from "@slipway/model";
import { redact } from "../prompt/redact.ts";

/** What happened in one execution, in order. Written as JSON lines, credentials masked. */
export type TrajectoryEntry =
  | {
      readonly type: "start";
      readonly nodeId: string;
      readonly attempt: number;
      readonly model: string;
      readonly startSha: string;
      readonly prompt: string;
    }
  | {
      readonly type: "reply";
      readonly step: number;
      readonly text: string;
      readonly calls: readonly { name: string; input: unknown }[];
      readonly stop: string;
      readonly usage: Usage;
    }
  | {
      readonly type: "result";
      readonly step: number;
      readonly tool: string;
      readonly isError: boolean;
      readonly seconds: number;
      readonly text: string;
    }
  /** What people have to know about how the work was done. */
  | { readonly type: "note"; readonly step: number; readonly text: string }
  | { readonly type: "nudge"; readonly step: number; readonly text: string }
  | {
      readonly type: "end";
      readonly step: number;
      readonly outcome: "finished" | "unfinished";
      readonly ending: Ending;
      readonly reason: string;
      readonly usage: Usage;
    };

export class Trajectory {
  readonly #lines: string[] = [];
  readonly #secrets: readonly string[];
  readonly #onEntry: ((line: string) => void) | undefined;

  constructor(secrets: readonly string[], onEntry?: (line: string) => void) {
    this.#secrets = secrets;
    this.#onEntry = onEntry;
  }

  add(entry: TrajectoryEntry): void {
    const line = JSON.stringify(entry, (_key, value: unknown) =>
      typeof value === "string" ? redact(value, this.#secrets) : value,
    );
    this.#lines.push(line);
    try {
      this.#onEntry?.(line);
    } catch {
      // Whoever wanted to read along could not: the work goes on, and the line is kept here.
    }
  }

  /** JSON lines. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}
