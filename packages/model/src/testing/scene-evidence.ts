/** What checks say, for the summaries of jobs. Not exported by the package. */
import type { Evidence } from "../schema/evidence.ts";
import { AT, subjectOf } from "./samples.ts";
import { usage } from "./scenes.ts";

/** Evidence of each kind, passing and failing, for the summaries of jobs. */
export const sceneEvidence = (): Evidence[] => {
  const base = { nodeId: "T2", subject: subjectOf(5), at: AT };
  return [
    {
      ...base,
      kind: "qa",
      verdict: "fail",
      reason: "`npm test` exited with 1.",
      coverage: 81.5,
      commands: [
        { name: "lint", command: "npm run lint", exitCode: 0, seconds: 3.21, output: "Checked 14 files.\n" },
        {
          name: "test",
          command: "npm test",
          exitCode: 1,
          seconds: 12.3,
          output:
            "FAIL test/parse.test.js\n  ✕ parses a negative week\n\n    Expected: -7\n    Received: <undefined>\n",
        },
      ],
    },
    {
      ...base,
      kind: "review",
      verdict: "fail",
      reason: "1 blocking finding.",
      usage,
      findings: [
        {
          severity: "blocking",
          path: "src/parse.js",
          line: 41,
          title: "The sign is lost when the first unit is zero",
          detail:
            "`-P0DT1H` gives 3600: the sign is taken from the first unit, which is 0. Take it from the match.",
        },
        {
          severity: "minor",
          path: "README.md",
          line: null,
          title: "The example shows no sign",
          detail: "Add `-P1D`.",
        },
      ],
    },
    {
      ...base,
      kind: "scan",
      verdict: "pass",
      reason: "No secret and nothing suspicious in 4 files.",
      findings: [],
    },
    {
      ...base,
      kind: "scan",
      verdict: "fail",
      reason: "1 secret in the change.",
      findings: [
        {
          severity: "blocking",
          path: "test/fixtures/config.json",
          line: 3,
          title: "AWS access key",
          detail: "Take it out of the change, and revoke it: it is in the artifact of this job.",
        },
      ],
    },
    {
      ...base,
      kind: "qa",
      verdict: "pass",
      reason: "lint and test passed.",
      coverage: 93.25,
      commands: [
        { name: "lint", command: "npm run lint", exitCode: 0, seconds: 3.21, output: "" },
        { name: "test", command: "npm test", exitCode: 0, seconds: 12.3, output: "148 tests passed\n" },
      ],
    },
    {
      ...base,
      kind: "checks",
      verdict: "pending",
      reason: "needs `CI: Tests` on 3f2c1a9",
      checks: [
        { name: "CI: Tests", state: "pending", title: "In progress", summary: "", link: null },
        { name: "CI: Lint", state: "pass", title: "No problem", summary: "", link: null },
      ],
      approvals: { wanted: 0, given: 0 },
      draft: false,
      paths: ["src/parse.js"],
      lines: 12,
    },
  ];
};
