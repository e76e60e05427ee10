import { type GitOptions, gitOutput } from "../process/git.ts";
import { blobSizes, readBlobs } from "../process/git-objects.ts";
import { byText } from "./order.ts";
import { unfitBytes, unfitEntry, unfitPath } from "./unfit.ts";

/** A file of a checkout as Git has it. Links and submodules are entries too. */
export interface TrackedFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

export type FileText =
  | { readonly kind: "text"; readonly file: TrackedFile; readonly text: string }
  /** Never shown, with the reason in a word or two. */
  | { readonly kind: "unfit"; readonly file: TrackedFile; readonly why: string };

const FILE_BYTES_MAX = 1_000_000;
/** Bytes of all files of one reading: several times what any budget takes. */
const ALL_BYTES_MAX = 16_000_000;
/** Files whose bytes are read by one process, so that no more than these are in memory twice. */
const BATCH = 64;

const optionsOf = (workDir: string): GitOptions => ({
  cwd: workDir,
  // Nothing is fetched: what is not there is named as missing.
  env: { GIT_NO_LAZY_FETCH: "1" },
});

/**
 * The files of a checkout in the order of their paths, from Git's index: in a fresh checkout that is the
 * commit, and no link is followed since nothing is opened in the work tree.
 *
 * @throws Error with Git's own words when `workDir` is no checkout
 */
export async function trackedFiles(workDir: string): Promise<TrackedFile[]> {
  const listed = await gitOutput(["ls-files", "--stage", "-z"], optionsOf(workDir));
  const files = new Map<string, TrackedFile>();
  for (const entry of listed.toString("utf8").split("\0")) {
    const tab = entry.indexOf("\t");
    if (tab === -1) continue;
    const [mode = "", blob = "", stage = "0"] = entry.slice(0, tab).split(" ");
    const path = entry.slice(tab + 1);
    // A file in conflict has an entry for each side: ours is the one that is shown.
    if (!files.has(path) || stage === "2") files.set(path, { path, mode, blob });
  }
  return [...files.values()].sort((a, b) => byText(a.path, b.path));
}

/**
 * The texts of `files` in their order, by a few processes however many they are: sizes, attributes, contents.
 *
 * @param exempt paths that were asked for by their full name: these are shown from a vendored folder too
 */
export async function readTexts(
  workDir: string,
  files: readonly TrackedFile[],
  exempt: ReadonlySet<string> = new Set(),
): Promise<FileText[]> {
  const options = optionsOf(workDir);
  const reasons = new Map<TrackedFile, string>();
  const note = (file: TrackedFile, why: string | null) => {
    if (why !== null && !reasons.has(file)) reasons.set(file, why);
  };
  for (const file of files) note(file, unfitEntry(file.mode) ?? unfitPath(file.path, exempt.has(file.path)));
  const fit = () => files.filter((file) => !reasons.has(file));

  const sized = fit();
  const sizes = await blobSizes(
    sized.map(({ blob }) => blob),
    options,
  );
  let all = 0;
  sized.forEach((file, index) => {
    const size = sizes[index] ?? Number.NaN;
    note(file, Number.isNaN(size) ? "missing" : size > FILE_BYTES_MAX ? `${Math.ceil(size / 1e6)} MB` : null);
    if (reasons.has(file)) return;
    all += size;
    note(file, all > ALL_BYTES_MAX ? "not read" : null);
  });
  const declared = await generatedBy(fit(), options);
  for (const file of fit()) note(file, declared.has(file.path) ? "generated" : null);

  const read = fit();
  const texts = new Map<TrackedFile, string>();
  for (let at = 0; at < read.length; at += BATCH) {
    const some = read.slice(at, at + BATCH);
    const contents = await readBlobs(
      some.map(({ blob }) => blob),
      options,
    );
    some.forEach((file, index) => {
      const bytes = contents[index] ?? Buffer.alloc(0);
      const why = unfitBytes(file.path, bytes);
      if (why === null) texts.set(file, bytes.toString("utf8").replace(/^\ufeff/, ""));
      note(file, why);
    });
  }
  return files.map((file) => {
    const text = texts.get(file);
    return text === undefined
      ? { kind: "unfit", file, why: reasons.get(file) ?? "unreadable" }
      : { kind: "text", file, text };
  });
}

/** Paths that the repository itself calls generated (`linguist-generated` in `.gitattributes`). */
async function generatedBy(files: readonly TrackedFile[], options: GitOptions): Promise<Set<string>> {
  if (files.length === 0) return new Set();
  const out = await gitOutput(["check-attr", "--cached", "--stdin", "-z", "linguist-generated"], {
    ...options,
    input: files.map(({ path }) => `${path}\0`).join(""),
  });
  const fields = out.toString("utf8").split("\0");
  const found = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", , value] = fields.slice(at, at + 3);
    if (value === "set" || value === "true") found.add(path);
  }
  return found;
}
