/** What a proof carries through: an idea, the repository it is for, and what the scripted model answers. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readExample, SAMPLE_FOLDER } from "../../packages/cli/src/input/example.ts";
import { repositoryFrom } from "../../tests/e2e/repositories.ts";
import { git } from "../../tests/e2e/support.ts";

/**
 * `small`: the proofs' own, every stage at the least cost; `defect`: the same with a defect that is filed and mended;
 * `sample`: that of `npm start`.
 */
export type SampleName = "small" | "defect" | "sample";

export interface Sample {
  readonly idea: string;
  /** A git repository, with its policy in it. */
  readonly repository: string;
  readonly fixtures: string;
  remove(): void;
}

export async function makeSample(name: SampleName): Promise<Sample> {
  if (name !== "sample") {
    const folder = join(import.meta.dirname, "small");
    const place = repositoryFrom(join(folder, "repository"));
    return {
      idea: readFileSync(join(folder, "idea.md"), "utf8").trim(),
      repository: place.repo,
      fixtures: name === "small" ? join(folder, "fixtures.json") : withDefect(folder, place.folder),
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

/** The first answer that fits is given: those that lead to a defect come before the others. */
function withDefect(folder: string, into: string): string {
  const read = (name: string) =>
    (JSON.parse(readFileSync(join(folder, name), "utf8")) as { fixtures: readonly unknown[] }).fixtures;
  const fixtures = [...read("fixtures-defect.json"), ...read("fixtures.json")];
  const path = join(into, "fixtures.json");
  writeFileSync(path, JSON.stringify({ fixtures }));
  return path;
}
