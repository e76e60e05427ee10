/** Reads the hidden lines that tie a text to its place in a run (written by `markerText` of `@slipway/model`). */

export interface SeenMarker {
  /** `node`, `pull`, `status`, … */
  readonly what: string;
  readonly fields: Readonly<Record<string, string>>;
}

const LINE = /^ {0,3}<!--\s*slipway:([a-z-]+)((?:\s+[A-Za-z]+=[^\s<>"]+)*)\s*-->\s*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * The markers of a text, in order: each on a line of its own, outside fenced code, quotations and other HTML comments.
 * Blanks and the order of the fields may have been changed by an editor.
 */
export function readMarkers(text: string | null | undefined): SeenMarker[] {
  const found: SeenMarker[] = [];
  let fence: string | undefined;
  let inComment = false;
  for (const line of (text ?? "").split(/\r?\n/)) {
    if (inComment) {
      inComment = !line.includes("-->");
      continue;
    }
    const [, mark, rest = ""] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && rest.trim() === "") fence = undefined;
      continue;
    }
    // A backtick fence cannot have a backtick in its info string: such a line is inline code.
    if (mark !== undefined && !(mark.startsWith("`") && rest.includes("`"))) {
      fence = mark;
      continue;
    }
    const [, what, fields = ""] = LINE.exec(line) ?? [];
    if (what !== undefined) {
      found.push({
        what,
        fields: Object.fromEntries(
          fields
            .trim()
            .split(/\s+/)
            .filter((field) => field !== "")
            .map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]),
        ),
      });
      continue;
    }
    // GitHub reads a comment on from its opening, wherever on the line it is, to the first closing.
    inComment = line.lastIndexOf("<!--") > line.lastIndexOf("-->");
  }
  return found;
}

/** The place in a run that a text was written for: that of its first marker of this kind. */
export function placeOf(
  text: string | null | undefined,
  what: string,
): { runId: string; nodeId: string } | undefined {
  for (const marker of readMarkers(text)) {
    const { runId, nodeId } = marker.fields;
    if (marker.what === what && runId !== undefined && nodeId !== undefined) return { runId, nodeId };
  }
  return undefined;
}
