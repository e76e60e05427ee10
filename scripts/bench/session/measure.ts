/** Has the session carried out in a process of its own, against a stand-in in another, and gathers what both tell. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Committed, committed } from "../../../packages/agents/src/testing/committed.ts";
import { type SessionOutcome, type WorkerOutcome, workerOutcomeSchema } from "./outcome.ts";
import { projectFiles, SESSION_COMMAND, SESSION_NODE, SESSION_SPEC, sessionTurns } from "./project.ts";
import { type Recorded, recordedSchema } from "./recorded.ts";
import type { Wire } from "./wire.ts";
import type { WorkerTask } from "./worker.ts";

export interface Measured {
  readonly wire: Wire;
  readonly outcome: SessionOutcome;
  readonly peakBytes: number;
  readonly requests: readonly Recorded[];
}

/** Each in the same checkout, put back to where it began. */
export async function measureSessions(wires: readonly Wire[], files: number): Promise<Measured[]> {
  const repository = await committed(projectFiles(files));
  try {
    const measured: Measured[] = [];
    for (const wire of wires) {
      await gitIn(repository.dir, "reset", "--quiet", "--hard");
      measured.push(await measureSession(wire, repository));
    }
    return measured;
  } finally {
    await repository.remove();
  }
}

async function measureSession(wire: Wire, repository: Committed): Promise<Measured> {
  const model = await startStandIn();
  try {
    const { peakBytes, session } = await inWorker({
      kind: "session",
      provider: wire,
      baseUrl: model.url,
      workDir: repository.dir,
      startSha: await gitIn(repository.dir, "rev-parse", "HEAD"),
      node: SESSION_NODE,
      spec: SESSION_SPEC,
      command: SESSION_COMMAND,
    });
    if (!session) throw new Error("The process of the session told nothing of it.");
    const answer = await fetch(`${model.url}/recorded`);
    return {
      wire,
      peakBytes,
      outcome: session,
      requests: z.array(recordedSchema).parse(await answer.json()),
    };
  } finally {
    model.stop();
  }
}

/** The most memory of a process that loads the same and does nothing. */
export async function idlePeak(): Promise<number> {
  return (await inWorker({ kind: "idle" })).peakBytes;
}

async function gitIn(dir: string, ...args: string[]): Promise<string> {
  const child = spawn("git", args, { cwd: dir, stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`git ${args.join(" ")} ended with ${code}.`);
  return said.trim();
}

async function inWorker(task: WorkerTask): Promise<WorkerOutcome> {
  const child = start("worker.ts");
  child.stdin.end(JSON.stringify(task));
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`The process of the ${task.kind} task ended with ${code}.`);
  return workerOutcomeSchema.parse(JSON.parse(said));
}

async function startStandIn(): Promise<{ readonly url: string; stop(): void }> {
  const child = start("stand-in.ts");
  child.stdin.write(`${JSON.stringify(sessionTurns())}\n`);
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { url, stop: () => child.stdin.end() };
}

const start = (program: string) =>
  spawn(process.execPath, [join(import.meta.dirname, program)], { stdio: ["pipe", "pipe", "inherit"] });
