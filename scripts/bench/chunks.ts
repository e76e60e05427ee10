/** Which files of its dist an action loads when it starts: the large libraries only once they are used. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { askedStarts, decideStart, nameOf, runStart, type Start } from "./starts.ts";
import { table } from "./table.ts";

/** A library, and a text that is in its code alone and that no minifier changes. */
const LIBRARIES = [
  { library: "@actions/artifact", mark: "github.actions.results.api.v1.ArtifactService" },
  { library: "@anthropic-ai/sdk", mark: "X-Stainless-Lang" },
] as const;

/** The modules that `log-loads.mjs` named, by their file names. */
export function loadedFiles(stderr: string, dist: string): string[] {
  return [...stderr.matchAll(/^loaded (file:.+)$/gm)]
    .map(([, url]) => fileURLToPath(url ?? ""))
    .filter((path) => dirname(path) === dist)
    .map((path) => basename(path));
}

/** Prints the table and returns the bounds that are broken. */
export function benchChunks(root: string, scratch: string, print: (text: string) => void): string[] {
  const starts = [decideStart(root, scratch), ...askedStarts(root, scratch)];
  const holders = new Map(starts.map(({ entry }) => [entry, holdersOf(dirname(entry))]));
  const rows = starts.map((start) => ({ start, loaded: loadsOf(start) }));
  print("Files of dist loaded until the first request, and the files that hold the large libraries\n");
  print(
    table(
      ["action", "loaded", ...LIBRARIES.map(({ library }) => library)],
      rows.map(({ start, loaded }) => [
        nameOf(start),
        loaded.map(short).join(" "),
        ...(holders.get(start.entry) ?? []).map((files) =>
          files.length === 0
            ? "not in it"
            : files.map((file) => `${short(file)}: ${said(loaded, file)}`).join(", "),
        ),
      ]),
    ),
  );
  const missed = LIBRARIES.filter((_, at) => [...holders.values()].every((all) => all[at]?.length === 0));
  const early = rows.flatMap(({ start, loaded }) =>
    LIBRARIES.flatMap(({ library }, at) => {
      const found = holders.get(start.entry)?.[at]?.filter((file) => loaded.includes(file)) ?? [];
      return found.map((file) => `${nameOf(start)} loads ${library} (${file}) before it uses it`);
    }),
  );
  return [
    ...missed.map(({ library, mark }) => `no dist holds ${library}: is "${mark}" still in its code?`),
    ...early,
  ];
}

function loadsOf(start: Start): string[] {
  const hook = pathToFileURL(join(import.meta.dirname, "log-loads.mjs")).href;
  const loaded = loadedFiles(runStart(start, ["--import", hook]).stderr, dirname(start.entry));
  if (!loaded.includes("index.js")) throw new Error(`${nameOf(start)}: the hook saw nothing being loaded.`);
  return loaded;
}

/** For each library the files of a dist that hold it. */
function holdersOf(dist: string): string[][] {
  const files = readdirSync(dist).filter((name) => name.endsWith(".js"));
  return LIBRARIES.map(({ mark }) => files.filter((name) => readFileSync(join(dist, name)).includes(mark)));
}

const short = (file: string) => file.replace(/\.js$/, "").replace(/\.index$/, "");
const said = (loaded: readonly string[], file: string) => (loaded.includes(file) ? "LOADED" : "not loaded");
