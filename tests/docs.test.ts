// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow expressions are written like that
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { policySchema } from "@slipway/model";
import { parse } from "yaml";
import { jobTable } from "../scripts/docs/jobs.ts";
import { policyTable } from "../scripts/docs/policy-table.ts";
import { textsOf } from "../scripts/docs/texts.ts";
import { docFiles, staleDocs } from "../scripts/docs.ts";

const root = join(import.meta.dirname, "..");

test("the generated parts are what the code gives", () => {
  expect(staleDocs()).toEqual([]);
});

test("a file without its markers is named", () => {
  expect(() => docFiles(() => "# Nothing")).toThrow(/docs\/policy.md lacks the markers/);
});

test("every key of the policy says what it does", () => {
  const table = policyTable(JSON.parse(readFileSync(join(root, "schemas/policy.schema.json"), "utf8")));
  const silent = table.split("\n").filter((row) => /\|\s*\|$/.test(row) && !row.includes("`version`"));
  expect(silent).toEqual([]);
});

test("a job is told with what it may do and holds; one that calls a workflow is not", () => {
  const text = [
    "permissions: {}",
    "jobs:",
    "  # Asks a model",
    "  # and tests: nothing else.",
    "  draft:",
    "    permissions:",
    "      contents: read",
    "      issues: write",
    "      id-token: write",
    "    steps:",
    "      - uses: $/action-x",
    "        with: { key: '${{ secrets.a-key || secrets.A_KEY }}', id: '${{ vars.ID }}' }",
    "      - uses: ./.github/slipway/setup",
    "  other:",
    "    uses: $/.github/workflows/y.yml",
    "",
  ].join("\n");
  expect(
    jobTable(new Map([["_reusable.x.yml", text]]))
      .split("\n")
      .slice(2),
  ).toEqual(["| `x` draft | Asks a model and tests | contents | issues | `A_KEY`, `OIDC token` | yes |"]);
});

describe("the sentences of a source file", () => {
  test("reasons, refusals and gates, with what is filled in left open", () => {
    const source = `
      const a = refused(\`Run \${id} is done.\`);
      const b = { reason: ok ? "It is all fine." : "It is not fine." };
      const c = gate("qa", "fail", "needs a test to pass");
      function d() { return \`There is no node \${id}.\`; }
      const e = { reason: variable };
      throw new RefusalError("There is no run " + "of that name.");
      throw new InternalError("This cannot be.");
      problems.push(\`\${id} lies too deep.\`);
      const all = [...ids.map((id) => \`No task covers \${id}.\`), "It has no end at all."];
    `;
    expect(textsOf(source)).toEqual([
      "Run … is done.",
      "It is all fine.",
      "It is not fine.",
      "needs a test to pass",
      "There is no node ….",
      "There is no run of that name.",
      "… lies too deep.",
      "It has no end at all.",
      "No task covers ….",
    ]);
  });
});

test("each policy that the docs show is valid", () => {
  const shown = ["docs/policy.md", "README.md"].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/```yaml\n(# yaml-language-server[\s\S]*?)```/g)].map(
      (match) => match[1] ?? "",
    ),
  );
  expect(shown.length).toBeGreaterThanOrEqual(2);
  for (const text of shown) expect(policySchema.safeParse(parse(text)).error?.issues).toBeUndefined();
});
