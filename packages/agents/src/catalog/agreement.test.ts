import { expect, test } from "@jest/globals";
import { ConfigurationError, type Policy, policySchema } from "@slipway/model";
import { refuseDisagreement } from "./agreement.ts";
import { embeddedCatalog } from "./catalog.ts";
import { catalogWith } from "./overrides.ts";

const policyOf = (given: object): Policy => policySchema.parse(given);
const refusal = (policy: object, files: Readonly<Record<string, string>> = {}): string | null => {
  try {
    refuseDisagreement(
      catalogWith(
        embeddedCatalog(),
        new Map(Object.entries(files).map(([name, text]) => [`.github/slipway/agents/${name}.md`, text])),
      ),
      policyOf(policy),
    );
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
};

const OWN = `---
name: query-tuner
role: You make queries fast.
stage: execute
goals: [Fast.]
tools: [bash, submit]
takes: [perf]
onboarding: dev
---
Measure.
`;
const COMMAND = { command: { argv: ["coder"] } };

test("a name that is nobody's is told with those that there are", () => {
  const agents = { "developer-implementor": { executor: "command" } };
  const told = refusal({ agents, executors: COMMAND });
  expect(told).toContain(".github/slipway.yml: agents.developer-implementor: there is no such agent");
  expect(told).toContain("code-reviewer, developer-implementer, infra-deploy-engineer");
});

test("an agent of the repository's own is known", () => {
  const agents = { "query-tuner": { effort: "max" } };
  expect(refusal({ agents }, { "query-tuner": OWN })).toBeNull();
  expect(refusal({ agents })).toContain("add .github/slipway/agents/query-tuner.md");
});

test.each(["command", "http"] as const)("the executor %s has to be set up, whoever names it", (executor) => {
  const setup =
    executor === "command" ? COMMAND : { http: { url: "https://adapters.example.com", adapter: "coder" } };
  const agents = { "developer-implementer": { executor } };
  expect(refusal({ agents })).toMatch(
    /^\.github\/slipway\.yml: agents\.developer-implementer\.executor: .*under executors\.\w+ in/,
  );
  expect(refusal({ agents, executors: setup })).toBeNull();
  const file = { "test-author": `---\nexecutor: ${executor}\n---\n` };
  expect(refusal({}, file)).toMatch(/^\.github\/slipway\/agents\/test-author\.md: executor: /);
  expect(refusal({ executors: setup }, file)).toBeNull();
  // The policy goes before the file.
  expect(refusal({ agents: { "test-author": { executor: "builtin" } } }, file)).toBeNull();
});

test("an executor of an agent that is asked one question matters nowhere", () => {
  expect(refusal({ agents: { "spec-writer": { executor: "command" } } })).toBeNull();
});
