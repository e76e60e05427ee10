import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { embeddedCatalog } from "../catalog/catalog.ts";
import { type Committed, committed } from "../testing/committed.ts";
import { agentContexts } from "./agent-contexts.ts";

let repository: Committed;
beforeAll(async () => {
  repository = await committed({
    "README.md": "# Greet\n",
    "docs/decisions/0001-weeks.md": "# Weeks\n\nSeven.\n",
  });
});
afterAll(() => repository?.remove());

test("each agent is shown the packs of its file; pull requests are asked for once, and only for who sees them", async () => {
  let asked = 0;
  const contextOf = agentContexts(embeddedCatalog(), {
    workDir: repository.dir,
    focus: "Weeks in README.md",
    pullRequests: async () => {
      asked += 1;
      return [
        {
          number: 7,
          title: "Months",
          body: "As days.",
          state: "merged",
          at: "2026-11-01T00:00:00Z",
          paths: [],
        },
      ];
    },
  });
  expect(await contextOf("code-reviewer")).toBe("");
  expect(await contextOf("acceptance-criteria-author")).not.toContain("#7");
  expect(asked).toBe(0);
  for (const agent of ["spec-writer", "roadmap-decomposer", "issue-planner"]) {
    const text = await contextOf(agent);
    expect(text).toContain('<data source="pull request #7">');
    expect(text).toContain("merged 2026-11-01");
    expect(text).toContain("file README.md");
  }
  expect(asked).toBe(1);
  await expect(contextOf("nobody")).rejects.toThrow(/There is no agent nobody/);
});
