import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { actionTables, END, START, staleReadmes, withTables } from "../scripts/action-readme.ts";

const YAML = `name: Slipway sample
description: Does it
inputs:
  stage:
    description: "one | two"
    required: true
  depth:
    description: >-
      How
      deep
    default: 3
outputs:
  done:
    description: Whether
runs: { using: node24, main: dist/index.js }
`;

test("the committed READMEs have the tables of their action.yml", () => {
  expect([...staleReadmes(join(import.meta.dirname, "..")).keys()]).toEqual([]);
});

test("tables of inputs and outputs", () => {
  expect(actionTables(YAML)).toBe(`## Inputs

| input   | required | default | what it is |
| ------- | -------- | ------- | ---------- |
| \`stage\` | yes      |         | one \\| two |
| \`depth\` | no       | \`3\`     | How deep   |

## Outputs

| output | what it is |
| ------ | ---------- |
| \`done\` | Whether    |`);
});

test("what is written by hand stays, and writing twice changes nothing", () => {
  const fresh = withTables(undefined, YAML);
  expect(fresh).toMatch(/^# Slipway sample\n\nDoes it\.\n\n/);
  expect(withTables(fresh, YAML)).toBe(fresh);
  const mine = `# Mine\n\nBefore.\n\n${START}\nold\n${END}\n\nAfter.\n`;
  const renewed = withTables(mine, YAML);
  expect(renewed).toMatch(/^# Mine\n\nBefore\.\n\n<!--/);
  expect(renewed).toMatch(/-->\n\nAfter\.\n$/);
  expect(renewed).not.toContain("old");
  expect(withTables(renewed, YAML)).toBe(renewed);
  expect(withTables("# Mine\n", YAML)).toMatch(/^# Mine\n\n<!-- action\.yml: start/);
});

test("an action that does not describe an input is refused", () => {
  expect(() => actionTables("name: x\ndescription: x\ninputs:\n  a: {}\n")).toThrow(/description/);
});
