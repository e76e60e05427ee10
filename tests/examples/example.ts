import { cpSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { createAnthropicClient, type ModelClient } from "@slipway/agents";
import { type Policy, policySchema } from "@slipway/model";
import { parse } from "yaml";
import { z } from "zod";
import { git } from "./git.ts";

export const EXAMPLES = join(import.meta.dirname, "../../examples");

const exampleSchema = z.strictObject({
  name: z.string().min(1),
  repository: z.string().min(1),
  tag: z.string().min(1).optional(),
  idea: z.string().min(1),
  policy: z.string().min(1),
  fixtures: z.string().min(1),
});

/** One example, its repository copied and committed, its scripted model answering over HTTP. */
export interface World {
  readonly name: string;
  readonly dir: string;
  readonly start: string;
  readonly idea: string;
  readonly policy: Policy;
  readonly client: ModelClient;
  close(): Promise<void>;
}

export interface Variant {
  readonly policy?: string;
  readonly fixtures?: string;
}

export async function openExample(folder: string, variant: Variant = {}): Promise<World> {
  const root = join(EXAMPLES, folder);
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const example = exampleSchema.parse(JSON.parse(read("example.json")));
  const dir = await mkdtemp(join(tmpdir(), `slipway-example-${folder}-`));
  cpSync(join(root, example.repository), dir, { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  git(dir, "add", "-A");
  git(dir, "commit", "-q", "-m", "start");

  // Lenient matching would hide a turn that no fixture was written for.
  const model = new LLMock({ port: 0, strict: true, logLevel: "silent" });
  model.loadFixtureDir(join(root, variant.fixtures ?? example.fixtures));
  await model.start();
  return {
    name: example.name,
    dir,
    start: git(dir, "rev-parse", "HEAD"),
    idea: read(example.idea),
    policy: policySchema.parse(parse(read(variant.policy ?? example.policy))),
    client: createAnthropicClient({ apiKey: "scripted", baseUrl: model.url }),
    close: async () => {
      await model.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
