/** Where two end states are not the same, place by place. Pure. */

/** What is compared: JSON. Lists of texts are bags (their order says nothing); an order that counts is one text. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Difference {
  /** `issues/T1/labels` */
  readonly path: string;
  /**
   * `lost`: the reference has it, the other has not; `doubled`: the other has it beyond the reference;
   * `changed`: both have it, and not the same.
   */
  readonly kind: "lost" | "doubled" | "changed";
  readonly expected?: Value;
  readonly found?: Value;
}

/** Everything in which `other` is not as `reference`, in the order of the paths. */
export function differences(reference: Value, other: Value): Difference[] {
  return compare("", reference, other).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function compare(path: string, reference: Value, other: Value): Difference[] {
  if (isList(reference) && isList(other)) return compareBags(path, reference, other);
  if (isRecord(reference) && isRecord(other)) {
    const keys = new Set([...Object.keys(reference), ...Object.keys(other)]);
    return [...keys].flatMap((key) => {
      const at = path === "" ? key : `${path}/${key}`;
      const [expected, found] = [reference[key], other[key]];
      if (expected === undefined) return found === undefined ? [] : [{ path: at, kind: "doubled", found }];
      if (found === undefined) return [{ path: at, kind: "lost", expected }];
      return compare(at, expected, found);
    });
  }
  return reference === other ? [] : [{ path, kind: "changed", expected: reference, found: other }];
}

function compareBags(path: string, reference: readonly Value[], other: readonly Value[]): Difference[] {
  const left = new Map<string, Value[]>();
  for (const item of reference) {
    const key = JSON.stringify(item);
    left.set(key, [...(left.get(key) ?? []), item]);
  }
  const more = other.filter((item) => left.get(JSON.stringify(item))?.pop() === undefined);
  const lost = [...left.values()].flat();
  return [
    ...lost.map((expected): Difference => ({ path, kind: "lost", expected })),
    ...more.map((found): Difference => ({ path, kind: "doubled", found })),
  ];
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
const isRecord = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A difference in a line. */
export function differenceText({ path, kind, expected, found }: Difference): string {
  const whole = (value: Value | undefined) =>
    typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const shown = (value: Value | undefined) => {
    const text = whole(value);
    return text.length > 600 ? `${text.slice(0, 600)}…` : text;
  };
  if (kind === "lost") return `${path}: lost: ${shown(expected)}`;
  if (kind === "doubled") return `${path}: too much: ${shown(found)}`;
  return `${path}: ${firstChange(whole(expected), whole(found))}`;
}

/** Long texts are told from where they part. */
function firstChange(expected: string, found: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at += 1;
  const from = Math.max(0, at - 40);
  const part = (text: string) => `${from > 0 ? "…" : ""}${text.slice(from, from + 240)}`;
  return `expected ${JSON.stringify(part(expected))}, found ${JSON.stringify(part(found))}`;
}
