/**
 * A value in another unit of the same group.
 *
 * @param {number} value
 * @param {{ name: string, group: string, factor: number }} from
 * @param {{ name: string, group: string, factor: number }} to
 * @throws {TypeError} when the units are of different groups
 */
export function convert(value, from, to) {
  if (from.group !== to.group) {
    throw new TypeError(`${from.name} (${from.group}) cannot be converted to ${to.name} (${to.group}).`);
  }
  return (value * from.factor) / to.factor;
}
