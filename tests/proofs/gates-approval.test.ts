/** Risky changes are merged when a person of the wanted role has said so, of exactly this change. */
import { afterEach, expect, test } from "@jest/globals";
import { type GateBench, isDone, runGates } from "./gates.ts";

const LIMIT_MS = 300_000;
const policy = (more: string) => `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
${more}`;

let run: GateBench;
afterEach(() => run?.stop());

const headOf = async (id: string) => (await run.node(id)).subject?.headSha ?? "";
const approve = async (nodeId: string, headSha: string) =>
  run.command("orchestrator.approve", { runId: run.runId, nodeId, headSha });

test(
  "a path that the policy calls risky: the task, and then its parent, wait for a person of the wanted role",
  async () => {
    run = await runGates({
      policy: policy("risk: { role: maintain, paths: [{ glob: farewell.txt, level: high }] }"),
    });
    const head = await headOf("T1");
    const sentence = `Not mergeable: needs 1 approval from a maintainer on ${head.slice(0, 7)}.`;
    expect(await run.node("T1")).toMatchObject({
      risk: { level: "high", action: "approve", reasons: ["it touches farewell.txt (farewell.txt)"] },
      verdict: { outcome: "waiting", sentence },
    });
    expect(run.shown(head)).toMatchObject({ conclusion: "action_required", title: sentence });

    // Who may dispatch need not be who may approve.
    const { github, repository } = run.bench;
    github.addCollaborator(repository, "writer", "write");
    await fetch(`${github.apiUrl}/repos/${repository.owner}/${repository.name}/dispatches`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${github.mintUserToken("writer")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        event_type: "orchestrator.approve",
        client_payload: { runId: run.runId, nodeId: "T1", headSha: head },
      }),
    });
    const [refused] = await run.bench.turns();
    expect(refused?.errors.join(" ")).toContain(
      "needs an approval by someone with the role maintain or above",
    );
    expect((await run.node("T1")).approval).toBeNull();

    const turns = await approve("T1", head);
    expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await run.node("T1")).toMatchObject({
      status: "DONE",
      approval: { headSha: head, role: "admin" },
    });
    // What is made of a risky change is as risky.
    expect(await run.node("E1")).toMatchObject({
      risk: { level: "high", reasons: ["T1 is high"] },
      verdict: { outcome: "waiting" },
    });
    await approve("E1", await headOf("E1"));
    expect(await isDone(run)).toBe(true);
  },
  LIMIT_MS,
);

test(
  "a change that is opened as a draft is merged once a person has marked it ready, and approved",
  async () => {
    run = await runGates({
      policy: policy("risk: { high: draft-only, paths: [{ glob: farewell.txt, level: high }] }"),
    });
    const { pull, verdict } = await run.node("T1");
    const record = () => run.bench.github.repository(run.bench.repository).issues.get(pull ?? 0);
    expect(record()).toMatchObject({ pull: { draft: true } });
    expect(verdict?.gates.find((gate) => gate.name === "risk")).toMatchObject({
      status: "pending",
      reason: expect.stringContaining(
        `needs pull request #${pull} to be marked ready by a person (risk high`,
      ),
    });
    const ready = async (id: string) => {
      const number = (await run.node(id)).pull ?? 0;
      await run.bench.github.setDraft(run.bench.repository, number, false, "developer");
      await run.command("orchestrator.sweep");
      await approve(id, await headOf(id));
    };
    await ready("T1");
    expect(await run.node("T1")).toMatchObject({ status: "DONE" });
    await ready("E1");
    expect(await isDone(run)).toBe(true);
  },
  LIMIT_MS,
);
