/** Reading what git prints. Pure. */

export interface LogEntry {
  readonly sha: string;
  readonly parents: readonly string[];
  /** Committer date, ISO 8601. */
  readonly at: string;
  readonly subject: string;
  /** The whole message after the subject line, trailers included. */
  readonly body: string;
}

/** For `git log -z`: single-line fields first, so that whatever follows belongs to the message. */
export const LOG_FORMAT = "%H%n%P%n%cI%n%B";

export function parseLog(output: string): LogEntry[] {
  return output
    .split("\0")
    .filter((record) => record !== "")
    .map((record) => {
      const [sha = "", parents = "", at = "", ...message] = record.split("\n");
      return {
        sha,
        parents: parents === "" ? [] : parents.split(" "),
        at,
        subject: message[0] ?? "",
        body: message.slice(1).join("\n").trim(),
      };
    });
}

export interface DiffEntry {
  /** Path after the change (before it, for a deletion). Renames are shown as a deletion and an addition. */
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "type-changed";
  /** `000000` where there is no file. */
  readonly oldMode: string;
  readonly newMode: string;
}

const STATUS: Readonly<Record<string, DiffEntry["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  T: "type-changed",
};

/** `git diff-tree -r -z --no-renames --raw` */
export function parseRawDiff(output: string): DiffEntry[] {
  const fields = output.split("\0");
  const entries: DiffEntry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [oldMode = "", newMode = "", , , letter = ""] = (fields[index] ?? "").replace(/^:/, "").split(" ");
    entries.push({ path: fields[index + 1] ?? "", status: STATUS[letter] ?? "modified", oldMode, newMode });
  }
  return entries;
}

export type MergeResult =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly tree: string; readonly conflicts: readonly string[] };

/** `git merge-tree --write-tree --name-only -z`: tree, conflicted paths, an empty field, then messages. */
export function parseMergeTree(output: string, clean: boolean): MergeResult {
  const [tree = "", ...rest] = output.split("\0");
  const end = rest.indexOf("");
  const conflicts = [...new Set(end === -1 ? rest : rest.slice(0, end))];
  return clean ? { clean, tree: tree.trim() } : { clean: false, tree: tree.trim(), conflicts };
}

/** Lines of the new side on which a review comment may stand (GitHub: those inside the diff's hunks), by path. */
export function commentableLines(patch: string): Map<string, Set<number>> {
  const byPath = new Map<string, Set<number>>();
  let lines: Set<number> | undefined;
  let next = 0;
  let left = 0;
  let oldLeft = 0;
  for (const line of patch.split("\n")) {
    if (left > 0 || oldLeft > 0) {
      const sign = line[0];
      if (sign === "\\") continue;
      if (sign === "-") oldLeft--;
      else {
        lines?.add(next++);
        left--;
        if (sign !== "+") oldLeft--;
      }
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      next = Number(hunk[2]);
      oldLeft = Number(hunk[1] ?? 1);
      left = Number(hunk[3] ?? 1);
    } else if (line.startsWith("+++ ")) {
      const path = line.slice(4).replace(/\t$/, "").replace(/^b\//, "");
      lines = path === "/dev/null" ? undefined : (byPath.get(path) ?? new Set());
      if (lines) byPath.set(path, lines);
    }
  }
  return byPath;
}

/** Contents of `git cat-file --batch`, in order; undefined for what is missing. */
export function parseBatch(output: Buffer): (Buffer | undefined)[] {
  const contents: (Buffer | undefined)[] = [];
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const head = output.subarray(at, end).toString("utf8");
    at = end + 1;
    const size = /^[0-9a-f]{40} \w+ (\d+)$/.exec(head)?.[1];
    if (size === undefined) {
      contents.push(undefined);
      continue;
    }
    contents.push(output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}
