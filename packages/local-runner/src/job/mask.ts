/** What stands in a log where a secret was. */
export const MASK = "***";

/** Hides secrets in text. Secrets may be added while a job runs. */
export interface Masker {
  /** Adds a secret: also its lines one by one, since output arrives by lines, and its usual encodings. */
  add(secret: string): void;
  /** The text with every secret replaced; overlapping secrets become one mask. */
  mask(text: string): string;
}

export function createMasker(secrets: Iterable<string> = []): Masker {
  const values = new Set<string>();

  function add(secret: string): void {
    for (const part of [secret, ...secret.split(/\r\n|\r|\n/)]) {
      if (part.trim() === "") continue;
      for (const form of encodings(part)) values.add(form);
    }
  }

  function mask(text: string): string {
    const spans: [start: number, end: number][] = [];
    for (const value of values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
        spans.push([at, at + value.length]);
    }
    if (spans.length === 0) return text;
    spans.sort((a, b) => a[0] - b[0]);
    let result = "";
    let done = 0;
    let end = -1;
    for (const [start, stop] of spans) {
      if (start > end) {
        result += text.slice(done, start) + MASK;
        end = stop;
      } else {
        end = Math.max(end, stop);
      }
      done = end;
    }
    return result + text.slice(done);
  }

  for (const secret of secrets) add(secret);
  return { add, mask };
}

/** A secret as it may turn up in output: quoted in JSON, in a URL, in XML, or in Base64 at any alignment. */
function encodings(secret: string): readonly string[] {
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  ];
  if (secret.isWellFormed()) forms.push(encodeURIComponent(secret));
  if (secret.length > 8 && secret.startsWith('"') && secret.endsWith('"')) forms.push(secret.slice(1, -1));
  const bytes = Buffer.from(secret, "utf8");
  for (let shift = 0; shift < 3; shift += 1) {
    // Only whole groups of three bytes keep their Base64 text whatever stands before and after.
    const text = bytes.subarray(shift).toString("base64").replace(/=+$/, "");
    if (text.length >= 8) forms.push(shift === 0 ? text : text.slice(0, text.length - (text.length % 4)));
  }
  return forms.filter((form) => form.trim() !== "");
}
