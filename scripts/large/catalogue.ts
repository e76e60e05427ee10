/** The units that the large example adds, and what each is derived from. Pure. */
import { z } from "zod";

const name = z.string().regex(/^[a-z]+(-[a-z]+)*$/);

const catalogueSchema = z.array(
  z.strictObject({
    group: name,
    base: name,
    units: z.array(
      z.strictObject({
        name,
        /** Numbers and names of other units with ` * ` or ` / ` between them. */
        factor: z.string().min(1),
        /** Units of one group are added in the order of their steps; those of one step side by side. */
        step: z.number().int().nonnegative().optional(),
      }),
    ),
  }),
);

export interface Unit {
  /** `nautical-mile` */
  readonly name: string;
  /** `nauticalMile` */
  readonly constant: string;
  readonly group: string;
  readonly base: string;
  readonly factor: string;
  /** The factor worked out. */
  readonly value: number;
  readonly step: number;
  readonly derivedFrom: readonly Unit[];
}

export interface Group {
  readonly name: string;
  readonly base: string;
  readonly units: readonly Unit[];
}

export const camelCase = (text: string): string =>
  text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * @param json `examples/large/units.json`, parsed
 * @throws Error when a factor names a unit that is not listed before
 */
export function readCatalogue(json: unknown): Group[] {
  const known = new Map<string, Unit>();
  return catalogueSchema.parse(json).map(({ group, base, units }) => ({
    name: group,
    base,
    units: units.map(({ name: unitName, factor, step = 0 }) => {
      const unit: Unit = {
        name: unitName,
        constant: camelCase(unitName),
        group,
        base,
        factor,
        step,
        ...workOut(unitName, factor, known),
      };
      known.set(unit.constant, unit);
      return unit;
    }),
  }));
}

function workOut(unit: string, factor: string, known: ReadonlyMap<string, Unit>) {
  const derivedFrom = new Set<Unit>();
  const read = (word: string): number => {
    if (/^\d/.test(word)) return Number(word);
    const other = known.get(word);
    if (!other) throw new Error(`${unit}: its factor names ${word}, which is not listed before it.`);
    derivedFrom.add(other);
    return other.value;
  };
  const words = factor.split(" ");
  let value = read(words[0] ?? "");
  for (let at = 1; at + 1 < words.length; at += 2) {
    const next = read(words[at + 1] ?? "");
    value = words[at] === "/" ? value / next : value * next;
  }
  return { value, derivedFrom: [...derivedFrom] };
}
