import { type Marker, markerText } from "@slipway/model";

/** Ends the part of a text that Slipway writes. It begins with the marker of what it is for. */
export const SECTION_END = "<!-- /slipway -->";

/**
 * A text in which the marked section is `section` and everything that people wrote around it is as it was. A text
 * without the section gets it at its end.
 *
 * @param section what Slipway writes; its marker is put before it unless it is already its first line
 */
export function withSection(existing: string | null | undefined, marker: Marker, section: string): string {
  const written = wrap(marker, section);
  const text = existing ?? "";
  if (text.trim() === "") return written;
  const lines = text.split(/\r?\n/);
  const wanted = markerText(marker);
  const start = lines.findIndex((line) => line.trim() === wanted);
  if (start === -1) return `${lines.join("\n").trimEnd()}\n\n${written}`;
  const after = lines.findIndex((line, index) => index > start && line.trim() === SECTION_END);
  const rest = after === -1 ? unknownRest(lines.slice(start), written) : lines.slice(after + 1);
  return [...lines.slice(0, start), ...written.split("\n"), ...rest].join("\n");
}

/**
 * What stays of a section whose end somebody deleted: all but the lines with which the new one begins, too. Some old
 * text of ours may stay with it; what a person wrote there is not lost.
 */
function unknownRest(lines: readonly string[], written: string): string[] {
  const same = written.split("\n");
  let common = 0;
  while (common < lines.length && lines[common]?.trimEnd() === same[common]?.trimEnd()) common++;
  const rest = lines.slice(Math.max(common, 1));
  return rest.some((line) => line.trim() !== "") ? rest : [];
}

/** GitHub may hand text back with CRLF line ends and without trailing blanks. */
export function sameText(a: string | null | undefined, b: string | null | undefined): boolean {
  return normal(a) === normal(b);
}

function normal(text: string | null | undefined): string {
  return (text ?? "").replace(/\r\n/g, "\n").trimEnd();
}

function wrap(marker: Marker, section: string): string {
  const first = markerText(marker);
  // What a model wrote must not end the section early.
  const body = section
    .replace(/\r\n/g, "\n")
    .split("\n")
    .filter((line) => line.trim() !== SECTION_END && line.trim() !== first)
    .join("\n")
    .trim();
  return `${first}\n${body}\n${SECTION_END}`;
}
