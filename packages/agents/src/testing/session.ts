import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { agentOf, embeddedCatalog } from "../catalog/catalog.ts";
import { agentContext } from "../context/packs.ts";
import { executeNode } from "../executor/execute.ts";
import { gitOutput } from "../process/git.ts";
import { createAnthropicClient } from "../provider/anthropic.ts";
import type { ModelClient } from "../provider/model-client.ts";
import { bash, editor, results, type ScriptedCall, submit } from "./bench.ts";
import { committed } from "./committed.ts";
import { NODE, POLICY, SPEC } from "./world.ts";

export interface SessionFigures {
  readonly turns: number;
  /** Of the repository, and of the change. */
  readonly files: number;
  readonly changed: number;
  /** Resident memory of this process in bytes: at the beginning, and the most that was seen. */
  readonly memory: { readonly before: number; readonly peak: number };
  /** Wall time of the execution in seconds: in all, and without waiting for the model. */
  readonly seconds: { readonly total: number; readonly beyondModel: number };
  /** Characters of what the model was shown for each call. */
  readonly observations: { readonly count: number; readonly median: number; readonly largest: number };
  /** Share of each request's bytes that it begins with and the one before begins with as well: 0 to 1, from the second request on. */
  readonly prefixShare: { readonly median: number; readonly least: number };
  readonly ending: string;
  /** What the commands were kept in. */
  readonly notes: readonly string[];
}

const FOLDERS = 50;
const EDITED = [3, 11, 19, 27, 35, 43];

/** A scripted session of 30 turns that edits six files in a generated repository of `files` files, measured. */
export async function measureSession({
  files = 5_000,
}: {
  readonly files?: number;
} = {}): Promise<SessionFigures> {
  const repository = await checkedOut(generated(files));
  const turns = script();
  const model = await startModel(turns);
  try {
    const requests = new PrefixMeter();
    const client = createAnthropicClient({ apiKey: "scripted", baseUrl: model.url, fetch: requests.fetch });
    const clock = new Stopwatch(client);
    const context = await agentContext(agentOf(embeddedCatalog(), "developer-implementer"), {
      workDir: repository.dir,
      focus: `${NODE.title}\n${EDITED.map((folder) => pathOf(folder, 0)).join("\n")}`,
    });
    const before = process.memoryUsage.rss();
    let peak = before;
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 10);
    const started = performance.now();
    const draft = await executeNode({
      client: clock.client,
      policy: POLICY,
      runId: "r-20261121-abc123",
      attempt: 1,
      workDir: repository.dir,
      startSha: repository.sha,
      node: NODE,
      spec: SPEC,
      context,
      limits: { steps: 40, seconds: 1_800, files: 100, bytes: 1_000_000 },
    });
    const total = (performance.now() - started) / 1_000;
    clearInterval(sampler);
    const sizes = results(draft).map((text) => text.length);
    return {
      turns: draft.steps,
      files,
      changed: draft.files.length,
      memory: { before, peak },
      seconds: { total, beyondModel: total - clock.seconds },
      observations: { count: sizes.length, median: median(sizes), largest: Math.max(...sizes) },
      prefixShare: { median: median(requests.shares), least: Math.min(...requests.shares) },
      ending: draft.ending,
      notes: draft.notes,
    };
  } finally {
    model.stop();
    await repository.remove();
  }
}

/** Written by Git itself, in a few processes: file by file it takes longer than the session. */
async function checkedOut(files: Readonly<Record<string, string>>) {
  const { dir, remove } = await committed(files);
  await gitOutput(["checkout-index", "--all", "--index", "--quiet"], { cwd: dir });
  const sha = (await gitOutput(["rev-parse", "HEAD"], { cwd: dir })).toString("utf8").trim();
  return { dir, sha, remove };
}

function pathOf(folder: number, file: number): string {
  return `src/part-${String(folder).padStart(2, "0")}/module-${String(file).padStart(3, "0")}.mjs`;
}

function generated(files: number): Record<string, string> {
  const made: Record<string, string> = {
    "README.md": "# generated\n\nA repository of many small modules.\n",
  };
  for (let index = 0; index + 1 < files; index += 1) {
    const [folder, file] = [index % FOLDERS, Math.floor(index / FOLDERS)];
    const lines = Array.from(
      { length: 30 },
      (_, line) => `export const value${line} = (x) => x * ${line} + ${index};`,
    );
    made[pathOf(folder, file)] = `// part ${folder}, module ${file}\n${lines.join("\n")}\n`;
  }
  return made;
}

/** Look, edit, look again and try, for six files; then all together, and the submission with its confirmation. */
function script(): ScriptedCall[][] {
  const each = EDITED.flatMap((folder) => {
    const path = pathOf(folder, 0);
    const old_str = "export const value7 = (x) => x * 7 +";
    return [
      [editor("view", { path })],
      [editor("str_replace", { path, old_str, new_str: "export const value7 = (x) => x * 70 +" })],
      [bash(`node --check ${path} && grep -n value7 ${path}`)],
      [bash(`grep -rn "value7 " src/part-${String(folder).padStart(2, "0")} | head -40`)],
    ];
  });
  return [
    [bash("git log --oneline | head; ls; ls src | head -60")],
    [bash("find src -name '*.mjs' | wc -l; git status --short")],
    ...each,
    [bash("git diff --stat; git status --short")],
    [bash(`node -e 'import("./${pathOf(3, 0)}").then((all) => console.log(Object.keys(all).length))'`)],
    [submit("Six modules changed.")],
    [submit("Six modules changed.")],
  ];
}

async function startModel(turns: readonly ScriptedCall[][]): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "session-model.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${JSON.stringify(turns)}\n`);
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { url, stop: () => child.kill() };
}

/** Adds up how long a client was waited for. */
class Stopwatch {
  seconds = 0;
  readonly client: ModelClient;

  constructor(client: ModelClient) {
    this.client = {
      complete: async (request) => {
        const started = performance.now();
        try {
          return await client.complete(request);
        } finally {
          this.seconds += (performance.now() - started) / 1_000;
        }
      },
    };
  }
}

/** Compares each request's body with the one before, as they go out. */
class PrefixMeter {
  readonly shares: number[] = [];
  #before: Buffer | null = null;
  readonly fetch: typeof globalThis.fetch;

  constructor() {
    this.fetch = (input, init) => {
      if (typeof init?.body === "string") this.#add(Buffer.from(init.body));
      return globalThis.fetch(input, init);
    };
  }

  #add(body: Buffer): void {
    const before = this.#before;
    this.#before = body;
    if (before === null) return;
    let same = 0;
    while (same < before.length && same < body.length && before[same] === body[same]) same += 1;
    this.shares.push(same / body.length);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
