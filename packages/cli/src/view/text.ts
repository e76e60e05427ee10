/** Pieces of text that the views share. */
import type { Usage } from "@slipway/model";

/** Text of outside origin on one line of a terminal: no control characters, none that turn the reading direction. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** `9.3s`, `1m 07s`, `2h 03m` */
export function duration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m ${String(whole % 60).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

export const count = (value: number): string => value.toLocaleString("en-US");

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function usageText(usage: Usage): string {
  if (usage.calls === 0) return "no model call yet";
  const cached = usage.cacheReadTokens > 0 ? `, ${count(usage.cacheReadTokens)} cached` : "";
  return `${plural(usage.calls, "model call")}: ${count(usage.inputTokens)} tokens in${cached}, ${count(usage.outputTokens)} out`;
}
