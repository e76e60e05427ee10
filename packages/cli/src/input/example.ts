/** The samples that come with Slipway: a folder under `examples/` with an `example.json`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CHECKOUT } from "../start/suite.ts";

const manifestSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/),
  /** Paths relative to the manifest. */
  repository: z.string().min(1),
  /** Tag on the repository's one commit: the version that it claims to have. */
  tag: z.string().min(1).optional(),
  idea: z.string().min(1),
  policy: z.string().min(1),
  fixtures: z.string().min(1),
});

export interface Example {
  readonly name: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly idea: string;
  readonly policy: string;
  readonly fixtures: string;
}

/** The example in a folder, its paths made absolute. */
export async function readExample(folder: string): Promise<Example> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "example.json"), "utf8")));
  return {
    name: manifest.name,
    repository: join(folder, manifest.repository),
    tag: manifest.tag ?? null,
    idea: join(folder, manifest.idea),
    policy: join(folder, manifest.policy),
    fixtures: join(folder, manifest.fixtures),
  };
}

/** What runs when nothing is asked for. */
export const SAMPLE_FOLDER = join(CHECKOUT, "examples", "sample");
