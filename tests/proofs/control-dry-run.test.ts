/** A dry run writes the plan down as one issue, and nothing else. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt }
integrationBranch: next
`;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
}, 60_000);
afterAll(() => scene?.stop());

/** Every request of the runs' jobs that changes something, as the journal has it. */
const writes = () =>
  scene.bench.github.journal
    .filter(({ method, runId }) => runId !== undefined && !["GET", "HEAD"].includes(method))
    .filter(({ kind }) => kind === "rest" || kind === "graphql")
    .map(({ method, route, path }) => `${method} ${route ?? path}`);
const refs = () => git(scene.bench.bare, "for-each-ref", "--format=%(refname)").split("\n");

test.each([
  ["by dispatch", (id: Scene) => id.start({ dryRun: true })],
  [
    "by the form",
    async (on: Scene) => {
      const known = on.bench.runIds();
      const inputs = { command: "start", idea: "Say goodbye.", "dry-run": "true" };
      await on.bench.post("actions/workflows/slipway.yml/dispatches", { ref: "main", inputs });
      return on.bench.newRun(known);
    },
  ],
])(
  "%s",
  async (_, start) => {
    const before = { refs: refs(), writes: writes().length };
    const runId = await start(scene);
    const turns = await scene.quiet();
    expect(await scene.name(runId)).toBe("DONE");
    const made = writes().slice(before.writes);
    expect(made.filter((route) => !route.endsWith("/dispatches"))).toEqual([
      "POST /repos/{owner}/{repo}/issues",
    ]);
    expect(refs().filter((ref) => !before.refs.includes(ref))).toEqual([`refs/slipway/runs/${runId}`]);

    const { issues } = scene.bench.github.repository(scene.bench.repository);
    const drawn = [...issues.values()].filter(({ body }) => body?.includes(runId));
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatchObject({ state: "open", labels: [], comments: [] });
    expect(drawn[0]?.title).toBe("Dry run: Say goodbye");
    expect(drawn[0]?.body).toContain("What it would have done, and did not");
    expect(turns.map(({ summary }) => summary).join("\n")).toContain("Nothing else was written.");
  },
  120_000,
);
