import type { NodeStatus } from "../schema/common.ts";
import type { Gate } from "../schema/verdict.ts";

/** A mark stands beside its word, never instead of it: not everyone sees colours. */
export const STATUS_MARKS: Record<NodeStatus, string> = {
  NEW: "⚪",
  IN_PROGRESS: "🔵",
  REVIEW: "🟣",
  QA: "🟡",
  BLOCKED: "🔴",
  DONE: "🟢",
};

export const STATUS_WORDS: Record<NodeStatus, string> = {
  NEW: "not started",
  IN_PROGRESS: "in progress",
  REVIEW: "review",
  QA: "QA",
  BLOCKED: "blocked",
  DONE: "done",
};

export const GATE_MARKS: Record<Gate["status"], string> = {
  pass: "🟢",
  fail: "🔴",
  pending: "🟡",
  skipped: "⚪",
};

export const GATE_WORDS: Record<Gate["status"], string> = {
  pass: "passed",
  fail: "failed",
  pending: "pending",
  skipped: "skipped",
};
