/** Order by code units: the same on every machine, whatever its language. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The first comparison that tells two apart decides. */
export function inOrder<T>(...rules: readonly ((a: T, b: T) => number)[]): (a: T, b: T) => number {
  return (a, b) => {
    for (const rule of rules) {
      const said = rule(a, b);
      if (said !== 0) return said;
    }
    return 0;
  };
}
