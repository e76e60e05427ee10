/** What a proof carries through: an idea, the repository it is for, and what the scripted model answers. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExample, SAMPLE_FOLDER } from "../../packages/cli/src/input/example.ts";
import { repositoryFrom } from "../../tests/e2e/repositories.ts";
import { git } from "../../tests/e2e/support.ts";

/** `small`: the proofs' own, every stage at the least cost; `sample`: that of `npm start`. */
export type SampleName = "small" | "sample";

export interface Sample {
  readonly idea: string;
  /** A git repository, with its policy in it. */
  readonly repository: string;
  readonly fixtures: string;
  remove(): void;
}

export async function makeSample(name: SampleName): Promise<Sample> {
  if (name === "small") {
    const folder = join(import.meta.dirname, "small");
    const place = repositoryFrom(join(folder, "repository"));
    return {
      idea: readFileSync(join(folder, "idea.md"), "utf8").trim(),
      repository: place.repo,
      fixtures: join(folder, "fixtures.json"),
      remove: place.remove,
    };
  }
  const example = await readExample(SAMPLE_FOLDER);
  const place = repositoryFrom(example.repository, (repo) => {
    mkdirSync(join(repo, ".github"), { recursive: true });
    cpSync(example.policy, join(repo, ".github", "slipway.yml"));
  });
  if (example.tag !== null) git(place.repo, "tag", example.tag);
  return {
    idea: readFileSync(example.idea, "utf8").trim(),
    repository: place.repo,
    fixtures: example.fixtures,
    remove: place.remove,
  };
}
