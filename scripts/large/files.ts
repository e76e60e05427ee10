/** What the scripted developer writes for one unit: a module and its test. Pure. */
import { camelCase, type Unit } from "./catalogue.ts";

export const modulePath = ({ group, name }: Unit): string => `src/${group}/${name}.js`;
export const testPath = ({ group, name }: Unit): string => `test/${group}/${name}.test.js`;

export function moduleText(unit: Unit): string {
  const imports = unit.derivedFrom.map((other) => {
    const folder = other.group === unit.group ? "." : `../${other.group}`;
    return `import { ${other.constant} } from "${folder}/${other.name}.js";\n`;
  });
  const factor = unit.factor
    .split(" ")
    .map((word) => (/^[a-z]/.test(word) ? `${word}.factor` : word))
    .join(" ");
  return [
    ...imports,
    ...(imports.length > 0 ? ["\n"] : []),
    `/** One ${words(unit.name)} in terms of the ${words(unit.base)}. */\n`,
    `export const ${unit.constant} = { name: "${words(unit.name)}", group: "${unit.group}", factor: ${factor} };\n`,
  ].join("");
}

export function testText(unit: Unit): string {
  const base = camelCase(unit.base);
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../../src/convert.js";
import { ${unit.constant} } from "../../src/${unit.group}/${unit.name}.js";

const ${base} = { name: "${words(unit.base)}", group: "${unit.group}", factor: 1 };

test("one ${words(unit.name)} is ${unit.value} of ${words(unit.base)}, and back", () => {
  const close = (value, wanted) => assert.ok(Math.abs(value / wanted - 1) < 1e-12, \`\${value}, not \${wanted}\`);
  close(convert(1, ${unit.constant}, ${base}), ${unit.value});
  close(convert(${unit.value}, ${base}, ${unit.constant}), 1);
});
`;
}

export const words = (name: string): string => name.replaceAll("-", " ");
