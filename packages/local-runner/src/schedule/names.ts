/** Longest name of a job, as GitHub cuts it. */
const LONGEST = 100;

/** A matrix job's name where its own names no value: `build (linux, 20)`. */
export function matrixName(name: string, values: readonly string[]): string {
  return shorten(values.length === 0 ? name : `${name} (${values.join(", ")})`);
}

/** A job of a called workflow: `caller / job`. */
export function nestedName(caller: string, job: string): string {
  return caller === "" ? job : `${caller} / ${job}`;
}

function shorten(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 3)}...` : name;
}
