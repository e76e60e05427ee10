/**
 * Text of outside origin, made safe to stand inside a Markdown line of ours: no mentions, no references
 * that would link or close something, no HTML, no table or heading syntax.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`)
    .replace(/@/g, "@\u2060")
    .replace(/\s+/g, " ")
    .trim();
}

/** A longer text of outside origin as a quotation, its mentions and references defused, its HTML shown as text. */
export function quote(text: string, max = 4_000): string {
  const cut = text.length > max ? `${text.slice(0, max)}\n… (${text.length - max} more characters)` : text;
  const safe = cut
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "")
    .replaceAll("<", "&lt;")
    .replace(/@(?=\w)/g, "@\u2060")
    .replace(/#(?=\d)/g, "#\u2060");
  return safe
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}
