import type { Finding } from "@slipway/model";
import parseDiff from "parse-diff";

/**
 * Holds each finding against the change. A place that does not exist is a guess: a finding on a file
 * that the change does not touch, or on a line beyond the file's end, is demoted to minor, loses its
 * place and says so. Findings that repeat another's place and title are dropped.
 */
export function verifyFindings(
  findings: readonly Finding[],
  diff: string,
  files: readonly { readonly path: string; readonly content: string }[],
): Finding[] {
  const lines = new Map(files.map((file) => [file.path, lineCount(file.content)]));
  const touched = new Set([...lines.keys(), ...pathsOf(diff)]);
  const seen = new Set<string>();
  const kept: Finding[] = [];
  for (const finding of findings) {
    const verified = verify(finding, touched, lines);
    const key = JSON.stringify([verified.path, verified.line, verified.title.toLowerCase()]);
    if (!seen.has(key)) kept.push(verified);
    seen.add(key);
  }
  return kept;
}

function verify(finding: Finding, touched: ReadonlySet<string>, lines: ReadonlyMap<string, number>): Finding {
  const { path, line } = finding;
  if (path === null) return line === null ? finding : { ...finding, line: null };
  if (!touched.has(path)) {
    return demoted(finding, `It named ${path}, which this change does not touch.`);
  }
  const length = lines.get(path);
  if (line !== null && length !== undefined && line > length) {
    return demoted(finding, `It named line ${line} of ${path}, which has ${length} lines.`);
  }
  // A deleted or binary file has no lines to point at.
  return line !== null && length === undefined ? { ...finding, line: null } : finding;
}

function demoted(finding: Finding, note: string): Finding {
  const detail = `${finding.detail.slice(0, 3_700)}\n\n(Not counted as blocking. ${note})`;
  return { ...finding, severity: "minor", path: null, line: null, detail: detail.slice(0, 4_000) };
}

function pathsOf(diff: string): string[] {
  return parseDiff(diff).flatMap(
    (file) => [file.from, file.to].filter((path) => path !== undefined && path !== "/dev/null") as string[],
  );
}

function lineCount(content: string): number {
  if (content === "") return 1;
  return content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
}
