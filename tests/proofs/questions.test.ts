/** What a specification leaves open is asked on an issue where the policy says so, once, and people's answers count. */
import { afterEach, expect, test } from "@jest/globals";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openScene, type Scene } from "./people.ts";

const LIMIT_MS = 300_000;
const POLICY = `
spec: { questions: ask }
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
`;
const OPEN = [
  { question: "In which language? @octocat", recommended: "English" },
  { question: "With a full stop?", recommended: "Yes" },
];

let scene: Scene;
afterEach(() => scene?.stop());

const issues = () => [...scene.bench.github.repository(scene.bench.repository).issues.values()];

/** A run that waits, and the number of the issue on which it asks. */
async function asking(): Promise<{ runId: string; issue: number }> {
  scene = await openScene({ policy: POLICY, spec: { openQuestions: OPEN } });
  const runId = await scene.start();
  await scene.quiet();
  const [issue, ...more] = issues();
  expect(more).toEqual([]);
  return { runId, issue: issue?.number ?? 0 };
}

test(
  "a run waits for answers, takes none from who may not command, and goes on with those of a writer",
  async () => {
    const { runId, issue } = await asking();
    const { title, body } = issues()[0] ?? { title: "", body: "" };
    expect(title).toBe("Questions: Say goodbye");
    expect(body).toContain("1. In which language? ");
    // Nobody is called by what a model wrote.
    expect(body).not.toMatch(/(?<![`\w])@octocat/);
    expect(body).toContain("Recommended: English");
    expect(await scene.types(runId)).not.toContain("plan.recorded");

    await scene.comment("reader", issue, "/slipway answer");
    await scene.bench.dispatch("orchestrator.sweep", { runId });
    await scene.quiet();
    expect(await scene.types(runId)).not.toContain("plan.recorded");
    expect(issues()).toHaveLength(1);

    const said = await scene.comment("writer", issue, "/slipway answer\n1: German");
    await scene.quiet();
    expect(scene.reply(issue, said).reactions).toEqual(["+1"]);
    expect(await scene.name(runId)).toBe("DONE");
    const state = await scene.state(runId);
    expect(state.questions.answered).toEqual([
      { question: OPEN[0]?.question, answer: "German", by: "writer" },
      { question: OPEN[1]?.question, answer: "Yes", by: "writer" },
    ]);
    // Drafted again with the answers in view; what that draft leaves open is not asked a second time.
    expect((await scene.types(runId)).filter((type) => type === "spec.recorded")).toHaveLength(2);
    const asked = issues().find(({ number }) => number === issue);
    expect(asked?.state).toBe("closed");
    expect(asked?.body).toContain("German (writer)");
  },
  LIMIT_MS,
);

test(
  "answers by dispatch, all as recommended, need no second draft",
  async () => {
    const { runId } = await asking();
    const { dispatchId } = startRequest("Any.", new Date());
    await scene.bench.dispatch("orchestrator.answer", { version: 1, runId, dispatchId, answers: [] });
    await scene.quiet();
    expect(await scene.name(runId)).toBe("DONE");
    expect((await scene.types(runId)).filter((type) => type === "spec.recorded")).toHaveLength(1);
    expect((await scene.types(runId)).filter((type) => type === "spec.answered")).toHaveLength(1);
  },
  LIMIT_MS,
);
