import { type ChangeDraft, type ExecuteRequest, executeNode } from "../executor/execute.ts";
import { detectIsolation, type Isolation } from "../process/isolation.ts";
import {
  GREETING,
  type ModelServer,
  makeRepository,
  NODE,
  POLICY,
  type Repository,
  SPEC,
  startModel,
} from "./world.ts";

export interface ScriptedCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

export const bash = (command: string): ScriptedCall => ({ name: "bash", arguments: { command } });
export const editor = (command: string, rest: Record<string, unknown>): ScriptedCall => ({
  name: "str_replace_based_edit_tool",
  arguments: { command, ...rest },
});
export const submit = (summary = "Done."): ScriptedCall => ({
  name: "submit",
  arguments: { title: "Do it.", summary },
});

/** A repository and a scripted model, and the real executor between them. */
export interface Bench {
  readonly model: ModelServer;
  readonly repository: Repository;
  /** One array of calls for each turn of the model; a string is a turn without a call. */
  script(...turns: (readonly ScriptedCall[] | string)[]): void;
  run(more?: Partial<ExecuteRequest>): Promise<ChangeDraft>;
  close(): Promise<void>;
}

export const LIMITS = { steps: 10, seconds: 60, files: 20, bytes: 100_000, commandSeconds: 20 };

export async function openBench(known?: Isolation): Promise<Bench> {
  const model = await startModel();
  const isolation = known ?? (await detectIsolation());
  const repository = await makeRepository({
    ...GREETING,
    "bin/run.sh": "#!/bin/sh\n",
    ".gitignore": "ignored/\n",
    "pixel.bin": Buffer.from([0, 1, 255]),
  });
  return {
    model,
    repository,
    script(...turns) {
      for (const [turnIndex, turn] of turns.entries()) {
        const usage = { input_tokens: 100, output_tokens: 10 };
        const match = { userMessage: "Slipway node: T1\n", turnIndex };
        if (typeof turn === "string") model.mock.on(match, { content: turn, usage });
        else
          model.mock.on(match, {
            toolCalls: turn.map((call) => ({ ...call, arguments: JSON.stringify(call.arguments) })),
            usage,
          });
      }
    },
    run: (more = {}) =>
      executeNode({
        client: model.client,
        policy: POLICY,
        runId: "r-20261121-abc123",
        attempt: 1,
        workDir: repository.dir,
        startSha: repository.sha,
        node: NODE,
        spec: SPEC,
        context: "",
        limits: LIMITS,
        isolation,
        // What is about the second look asks for it.
        review: false,
        ...more,
      }),
    async close() {
      await model.stop();
      await repository.remove();
    },
  };
}

/** What the model was shown, one text for each result. */
export function results(draft: ChangeDraft): string[] {
  return draft.trajectory
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; text: string })
    .filter(({ type }) => type === "result")
    .map(({ text }) => text);
}
