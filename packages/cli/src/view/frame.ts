/** One picture of a run for a terminal. Pure: the same snapshot and size give the same text. */
import { type Chip, chipsOf, type NodeStatus, runStateOf } from "@slipway/model";
import cliTruncate from "cli-truncate";
import type { Snapshot } from "../follow/progress.ts";
import { duration, oneLine, plural, usageText } from "./text.ts";
import { fitTree, type TreeLine, treeLines } from "./tree.ts";

/** Paints a text; without colours it is the text itself. */
export type Formatter = (text: string) => string;

export interface Palette {
  readonly bold: Formatter;
  readonly dim: Formatter;
  readonly red: Formatter;
  readonly green: Formatter;
  readonly yellow: Formatter;
  readonly blue: Formatter;
  readonly magenta: Formatter;
  readonly cyan: Formatter;
}

export interface FrameSize {
  readonly columns: number;
  /** Rows that the picture may take. */
  readonly rows: number;
}

const JOBS_MAX = 6;
const FIXED_ROWS = 8;

export function frame(snapshot: Snapshot, elapsedMs: number, size: FrameSize, palette: Palette): string {
  const jobs = jobLines(snapshot, elapsedMs, palette);
  const tree = treeBlock(snapshot, size.rows - FIXED_ROWS - jobs.length, palette);
  const blocks = [headLines(snapshot, elapsedMs, palette), tree, jobs, [footLine(snapshot, palette)]];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => cliTruncate(line, size.columns - 1)).join("\n"))
    .join("\n\n");
}

function headLines(snapshot: Snapshot, elapsedMs: number, palette: Palette): string[] {
  const { state } = snapshot;
  const name = state ? runStateOf(state) : "starting";
  const title = state?.spec ? ` ${oneLine(state.spec.title)}` : "";
  return [
    `${palette.bold("Slipway")} ${snapshot.runId} ${palette.dim(`on ${snapshot.repository}`)}  ${palette.bold(name)}  ${palette.dim(duration(elapsedMs))}`,
    ...(title ? [palette.cyan(title.trim())] : []),
    ...(state
      ? [
          chipsOf(state)
            .filter((chip) => !CHECKS.includes(chip.name))
            .map((chip) => chipText(chip, palette))
            .join(palette.dim(" → ")),
        ]
      : []),
  ];
}

/** Left out, so that the line fits 80 columns: the tree below it says which node is checked. */
const CHECKS: readonly Chip["name"][] = ["review", "qa", "scan"];

const CHIP_MARKS: Record<Chip["state"], string> = { done: "●", now: "◐", open: "○", failed: "✗" };

function chipText(chip: Chip, palette: Palette): string {
  const text = `${CHIP_MARKS[chip.state]} ${chip.name}${chip.note ? ` ${chip.note}` : ""}`;
  const paint = { done: palette.green, now: palette.blue, open: palette.dim, failed: palette.red }[
    chip.state
  ];
  return paint(text);
}

function treeBlock({ state }: Snapshot, rows: number, palette: Palette): string[] {
  if (!state || state.nodes.length === 0) return [];
  const { lines, hidden } = fitTree(treeLines(state), Math.max(3, rows));
  const shown = lines.map((line) => nodeText(line, palette));
  return hidden > 0 ? [...shown, palette.dim(`… and ${plural(hidden, "node")} not shown`)] : shown;
}

function nodeText(line: TreeLine, palette: Palette): string {
  const facts = line.facts ? `  ${statusPaint(line.status, palette)(line.facts)}` : "";
  const reason = line.reason ? `  ${palette.yellow(line.reason)}` : "";
  return `${palette.dim(line.lead)}${palette.bold(line.id)} ${line.title}${facts}${reason}`;
}

function statusPaint(status: NodeStatus, palette: Palette): Formatter {
  switch (status) {
    case "DONE":
      return palette.green;
    case "IN_PROGRESS":
      return palette.blue;
    case "REVIEW":
      return palette.magenta;
    case "QA":
      return palette.yellow;
    case "BLOCKED":
      return palette.red;
    case "NEW":
      return palette.dim;
  }
}

function jobLines({ runningJobs, queuedJobs }: Snapshot, elapsedMs: number, palette: Palette): string[] {
  const shown = runningJobs.slice(0, JOBS_MAX).map((job) => {
    const time = duration(Math.max(0, elapsedMs - (job.startedMs ?? elapsedMs))).padStart(6);
    return `${palette.dim(time)}  ${oneLine(job.name)}`;
  });
  const more = [
    ...(runningJobs.length > JOBS_MAX ? [`${runningJobs.length - JOBS_MAX} more running`] : []),
    ...(queuedJobs > 0 ? [`${queuedJobs} waiting`] : []),
  ];
  const rest = more.length > 0 ? [palette.dim(`${" ".repeat(6)}  ${more.join(", ")}`)] : [];
  return shown.length + rest.length > 0 ? [palette.dim("Jobs"), ...shown, ...rest] : [];
}

function footLine({ state, apiRequests, finishedJobs }: Snapshot, palette: Palette): string {
  const parts = [
    ...(state ? [usageText(state.usage)] : []),
    plural(apiRequests, "API request"),
    plural(finishedJobs, "job"),
  ];
  return palette.dim(parts.join(" · "));
}

/** Shown once, at the end, below the last picture. */
export interface Summary {
  readonly ok: boolean;
  readonly sentence: string;
  readonly lines: readonly string[];
}

export function summaryText(summary: Summary, palette: Palette): string {
  const mark = summary.ok ? palette.green("●") : palette.red("✗");
  return [
    `${mark} ${palette.bold(oneLine(summary.sentence))}`,
    ...summary.lines.map((line) => `  ${line}`),
  ].join("\n");
}
