import type { Evidence, Finding } from "@slipway/model";
import { publicLine } from "../prompt/public-text.ts";
import { SHAPES } from "./shapes.ts";

type ScanEvidence = Extract<Evidence, { kind: "scan" }>;
export type ScanResult = Pick<ScanEvidence, "verdict" | "reason" | "findings">;

export interface ScannedFile {
  readonly path: string;
  /** Text of the file after the change; base64 content is decoded as text first. */
  readonly content: string;
  readonly encoding?: "utf-8" | "base64";
  /** The file before the change: a secret that stood there already does not block this change. */
  readonly before?: string | null;
}

const FINDINGS_MAX = 100;

/**
 * Looks for credentials in the files of a change, with secretlint's recommended rules. A finding names
 * the place and the kind, never the secret. A file that cannot be scanned counts as a failure.
 */
export async function scanChange({ files }: { readonly files: readonly ScannedFile[] }): Promise<ScanResult> {
  const findings: Finding[] = [];
  for (const file of files) findings.push(...(await scanFile(file)));
  const blocking = findings.filter(({ severity }) => severity === "blocking");
  const places = [...new Set(blocking.map(({ path }) => path ?? "?"))];
  return {
    verdict: blocking.length > 0 ? "fail" : "pass",
    reason:
      blocking.length > 0
        ? `The change seems to hold ${blocking.length === 1 ? "a credential" : `${blocking.length} credentials`} in ${publicLine(shortList(places), 600, "a file")}: remove it, and revoke it if it is real.`
        : `No credential was found in ${files.length === 1 ? "the changed file" : `the ${files.length} changed files`}.`,
    findings: findings.slice(0, FINDINGS_MAX),
  };
}

function shortList(paths: readonly string[]): string {
  return paths.slice(0, 5).join(", ") + (paths.length > 5 ? ` and ${paths.length - 5} more files` : "");
}

async function scanFile(file: ScannedFile): Promise<Finding[]> {
  const text =
    file.encoding === "base64" ? Buffer.from(file.content, "base64").toString("latin1") : file.content;
  let hits: Hit[];
  let known: ReadonlySet<string>;
  try {
    hits = await secretsIn(file.path, text);
    known = new Set(
      file.before && hits.length > 0
        ? (await secretsIn(file.path, file.before)).map(({ secret }) => secret)
        : [],
    );
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown error";
    return [
      finding(
        file.path,
        null,
        "blocking",
        "This file could not be scanned for credentials",
        publicLine(what, 300, "unknown error"),
      ),
    ];
  }
  return hits.map((hit) =>
    known.has(hit.secret)
      ? finding(
          file.path,
          hit.line,
          "minor",
          `${hit.kind}, which was there before this change`,
          "Revoke it and take it out of the repository; this change did not add it.",
        )
      : finding(
          file.path,
          hit.line,
          "blocking",
          hit.kind,
          "Take it out of the change and hand it to the program by the environment or a secret store. If it is real, revoke it: it has left the machine where it belongs.",
        ),
  );
}

function finding(
  path: string,
  line: number | null,
  severity: Finding["severity"],
  title: string,
  detail: string,
): Finding {
  return { severity, path: path.slice(0, 1_024), line, title: publicLine(title, 200, "Credential"), detail };
}

interface Hit {
  readonly kind: string;
  readonly line: number;
  /** Stays in this module. */
  readonly secret: string;
}

async function secretsIn(path: string, text: string): Promise<Hit[]> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const result = await lintSource({
    source: {
      filePath: path,
      content: withoutDirectives(text),
      contentType: "text",
      ext: /\.[^./]+$/.exec(path)?.[0] ?? "",
    },
    options: {
      noPhysicFilePath: true,
      config: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] },
    },
  });
  const hits = result.messages.map((message) => ({
    // Only the rule's name is used: its message may quote what it found.
    kind: `Looks like a credential (${message.ruleId.replace(/^.*secretlint-rule-/, "")}: ${message.messageId})`,
    line: message.loc.start.line,
    secret: text.slice(message.range[0], message.range[1]),
  }));
  const found = new Set(hits.map(({ line }) => line));
  return [...hits, ...shapesIn(text).filter(({ line }) => !found.has(line))];
}

/** A change must not be able to switch off the scan of itself by a comment. Positions stay as they are. */
function withoutDirectives(text: string): string {
  return text.replace(/secretlint-(?=disable|enable)/gi, "secretlint_");
}

function shapesIn(text: string): Hit[] {
  return SHAPES.flatMap(({ kind, shape }) =>
    [...text.matchAll(shape)].map((match) => ({
      kind: `Looks like a credential (${kind})`,
      line: text.slice(0, match.index).split("\n").length,
      secret: match[0],
    })),
  );
}
