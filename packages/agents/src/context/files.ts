import type { ContextPack } from "@slipway/model";
import picomatch from "picomatch";
import type { Room } from "./budget.ts";
import type { Mentioned } from "./mentions.ts";
import { type Cut, cutNote } from "./note.ts";
import { fill } from "./part.ts";
import { readTexts, type TrackedFile } from "./tracked.ts";

/** What tells a newcomer how a project is built and tested. */
const MANIFESTS = [
  "AGENTS.md",
  "CONTRIBUTING.md",
  "package.json",
  "pyproject.toml",
  "setup.cfg",
  "requirements.txt",
  "Cargo.toml",
  "go.mod",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "Gemfile",
  "composer.json",
  "mix.exs",
  "Makefile",
  "tsconfig.json",
];
const README = /^readme(?:\.(?:md|rst|txt|adoc))?$/i;
/** More than fit into any budget; a glob that takes in all of a large repository is not read to its end. */
const CANDIDATES_MAX = 300;

export interface FilesRequest {
  readonly workDir: string;
  readonly files: readonly TrackedFile[];
  readonly mentioned: Mentioned;
  /** Paths that these match come after those that are mentioned, in the order of the globs. */
  readonly globs: readonly string[];
}

/**
 * The files that the task names, those that the agent's globs name, README and manifests: each whole where
 * it fits. What only tools read (locks, minified and generated files), binaries, links and Git LFS
 * pointers are named and not shown.
 */
export async function namedFiles(request: FilesRequest, room: Room): Promise<ContextPack> {
  const { mentioned, workDir } = request;
  const wanted = candidates(request);
  const chosen = wanted.slice(0, CANDIDATES_MAX);
  const texts = await readTexts(workDir, chosen, new Set(mentioned.byPath));
  const pieces = texts.flatMap((one) =>
    one.kind === "text"
      ? [{ name: one.file.path, source: `file ${one.file.path}`, text: one.text || "(empty)" }]
      : [],
  );
  const { text, cut } = fill(pieces, room);
  const full: Cut = {
    ...cut,
    unfit: texts.flatMap((one) => (one.kind === "unfit" ? [{ name: one.file.path, why: one.why }] : [])),
    more: [
      ...(wanted.length > chosen.length
        ? [`${wanted.length - chosen.length} more matched and were not read`]
        : []),
      ...mentioned.ambiguous
        .slice(0, 2)
        .map(({ name, count }) => `${count} files are called ${name}: name the path`),
    ],
  };
  return { name: "files", text, tokens: room.measure(text), cut: cutNote(full) };
}

function candidates({ files, mentioned, globs }: FilesRequest): TrackedFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = [
    ...mentioned.byPath,
    ...mentioned.byName,
    ...globs.flatMap((glob) => {
      const matches = picomatch(glob, { dot: true });
      return files.filter(({ path }) => matches(path)).map(({ path }) => path);
    }),
    ...files.filter(({ path }) => README.test(path)).map(({ path }) => path),
    ...MANIFESTS,
  ];
  return [...new Set(paths)].flatMap((path) => byPath.get(path) ?? []);
}
