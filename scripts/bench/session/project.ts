/** The repository that the session works in, and what its scripted model does there. Pure. */
import type { PlanNode, Spec } from "@slipway/model";
import type { ScriptedCall } from "../../../packages/agents/src/testing/bench.ts";

/** One turn of the model. */
export interface SessionTurn {
  readonly say: string;
  readonly call: ScriptedCall;
}

const bash = (command: string): ScriptedCall => ({ name: "bash", arguments: { command } });
const editor = (command: string, rest: Record<string, unknown>): ScriptedCall => ({
  name: "str_replace_based_edit_tool",
  arguments: { command, ...rest },
});
const submit = (summary: string): ScriptedCall => ({
  name: "submit",
  arguments: { title: SESSION_NODE.title, summary },
});

const AREAS = 50;
/** Areas in which one unit and its test are changed. */
export const CHANGED_AREAS = [3, 17, 41] as const;

const two = (number: number) => String(number).padStart(2, "0");
const unitName = (area: number, unit: number) => `area-${two(area)}/unit-${String(unit).padStart(3, "0")}`;
export const unitPath = (area: number, unit = 0) => `src/${unitName(area, unit)}.mjs`;
export const testPath = (area: number, unit = 0) => `test/${unitName(area, unit)}.test.mjs`;

/** A library of small units, each with a test that passes, of exactly so many files. */
export function projectFiles(count: number): Record<string, string> {
  const files: [string, string][] = [
    [
      "README.md",
      "# steps\n\nCounts in steps. Each area has its units in `src`, and a test of each in `test`.\n",
    ],
    [
      "package.json",
      `${JSON.stringify({ name: "steps", type: "module", scripts: { test: "node --test" } }, null, 2)}\n`,
    ],
    ["CHANGELOG.md", changelog()],
  ];
  for (let at = 0; files.length < count; at += 1) {
    const [area, unit] = [at % AREAS, Math.floor(at / AREAS)];
    files.push([unitPath(area, unit), unitText(area, unit)], [testPath(area, unit), testText(area, unit)]);
  }
  return Object.fromEntries(files.slice(0, count));
}

function changelog(): string {
  const entries = Array.from(
    { length: 400 },
    (_, at) => `## 0.${400 - at}.0\n\n- Area ${two(at % AREAS)}: unit ${at} counts in steps of ${at + 2}.\n`,
  );
  return `# Changelog\n\n${entries.join("\n")}`;
}

const stepOf = (area: number, unit: number) => area + unit + 2;

function unitText(area: number, unit: number): string {
  const step = stepOf(area, unit);
  return `// Area ${two(area)}, unit ${unit}: counts in steps of ${step}.
const STEP = ${step};

/** Whole steps of a number, and what is left of it. */
export function split(value) {
  if (!Number.isInteger(value)) throw new TypeError(\`\${value} is no whole number.\`);
  const rest = ((value % STEP) + STEP) % STEP;
  return { whole: (value - rest) / STEP, rest };
}

/** The number again. */
export function join({ whole, rest }) {
  return whole * STEP + rest;
}

/** As people say it. */
export function describe(value) {
  const { whole, rest } = split(value);
  return rest === 0 ? \`\${whole}\` : \`\${whole} and \${rest}\`;
}

/** The first multiples, for those who look them up. */
export const TABLE = [
${Array.from({ length: 12 }, (_, at) => `  { whole: ${at + 1}, value: ${(at + 1) * step} },`).join("\n")}
];
`;
}

function testText(area: number, unit: number): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, join, split, TABLE } from "../../${unitPath(area, unit)}";

test("area ${two(area)}, unit ${unit}: a number is split and joined", () => {
  for (const value of [-7, 0, 1, 12, 1_000]) assert.equal(join(split(value)), value);
});

test("area ${two(area)}, unit ${unit}: the table has whole steps", () => {
  for (const { whole, value } of TABLE) assert.equal(describe(value), \`\${whole}\`);
});
`;
}

export const SESSION_NODE: PlanNode = {
  id: "T1",
  kind: "task",
  title: "Say steps by their name",
  objective: `describe says "2 steps and 1" instead of "2 and 1" in ${CHANGED_AREAS.map((area) => unitPath(area)).join(", ")}; ${CHANGED_AREAS.map((area) => testPath(area)).join(", ")} show it.`,
  parent: "E1",
  orderIndex: 0,
  dependsOn: [],
  requirements: ["FR-001"],
  acceptance: ["AC-001"],
  size: "S",
  changeType: "feat",
  scope: null,
  breaking: false,
};

export const SESSION_SPEC: Spec = {
  title: "Steps by their name",
  summary: "Three units name what they count.",
  requirements: [{ id: "FR-001", text: "The description of a number must name its steps." }],
  successCriteria: [],
  acceptance: [
    {
      id: "AC-001",
      requirement: "FR-001",
      given: "a number of several steps and a rest",
      when: "it is described",
      outcome: "the word steps stands behind the whole steps",
    },
  ],
  assumptions: [],
  outOfScope: [],
  openQuestions: [],
};

/** Has to pass before the work counts as finished. */
export const SESSION_COMMAND = `node --test ${CHANGED_AREAS.map((area) => testPath(area)).join(" ")}`;

/** Thirty turns: look around, change three units and their tests, try all of it, submit, look it over, confirm. */
export function sessionTurns(): SessionTurn[] {
  const look: SessionTurn[] = [
    turn("I look at what there is.", bash("git log --oneline | head; ls; ls src | head -60")),
    turn("How large is it?", bash("git ls-files | wc -l; git status --short | head")),
    turn(
      "Who uses describe?",
      bash("grep -rn 'describe(' src test --include='*.mjs' | grep -v 'export function' | head -40"),
    ),
    turn("What was changed lately?", bash("cat CHANGELOG.md")),
    turn("How do the tests run?", bash(`cat package.json; ${SESSION_COMMAND} 2>&1 | tail -15`)),
  ];
  const all = `${CHANGED_AREAS.map((area) => `test/area-${two(area)}/*.test.mjs`).join(" ")}`;
  const end: SessionTurn[] = [
    turn(
      "All tests of the three areas.",
      bash(`node --test --test-isolation=none --test-reporter=spec ${all}`),
    ),
    turn("The change as it stands.", bash("git diff --stat; git status --short")),
    turn("I submit it.", submit(SUMMARY)),
    turn("Nothing is to be mended.", submit(SUMMARY)),
  ];
  return [...look, ...CHANGED_AREAS.flatMap(changeArea), ...end];
}

const SUMMARY = "Three units name what they count, and their tests show it. All tests of their areas pass.";
const turn = (say: string, call: ScriptedCall): SessionTurn => ({ say, call });

function changeArea(area: number): SessionTurn[] {
  const [unit, test] = [unitPath(area), testPath(area)];
  const step = stepOf(area, 0);
  const added = `\ntest("area ${two(area)}, unit 0: steps are named", () => {\n  assert.equal(describe(${2 * step + 1}), "2 steps and 1");\n});\n`;
  return [
    turn(`I read ${unit}.`, editor("view", { path: unit })),
    turn(
      "Its description names the steps.",
      editor("str_replace", {
        path: unit,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a program, as it stands in the file
        old_str: ": `${whole} and ${rest}`;",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
        new_str: ": `${whole} steps and ${rest}`;",
      }),
    ),
    turn("Its test.", editor("view", { path: test })),
    turn("A case for it.", editor("insert", { path: test, insert_line: 11, insert_text: added })),
    turn("Does it pass?", bash(`node --test --test-reporter=spec ${test}`)),
    turn("What is it beside?", bash(`ls src/area-${two(area)} | head -60; git diff ${unit}`)),
    turn(
      "Does anything else use it?",
      bash(`grep -rn "area-${two(area)}/unit-000" src test CHANGELOG.md | head -20`),
    ),
  ];
}
