import { describe, expect, test } from "@jest/globals";
import { persistent } from "./artifact-client.ts";

const lost = () => new Error("Failed to CreateArtifact: Unable to make request: ECONNRESET");
const taken = () =>
  new Error("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: taken");

/** A service whose upload has these effects and answers, one after another; then all goes well. */
function service(...ends: readonly (readonly [done: boolean, answer: Error | null])[]) {
  const there: string[] = [];
  const left = [...ends];
  const failing = { list: 0 };
  const behind = { by: 0 };
  const waits: number[] = [];
  const client = persistent(
    {
      async uploadArtifact(name) {
        const [done, answer] = left.shift() ?? [true, null];
        if (done) there.push(name);
        if (answer) throw answer;
        return { id: there.length, size: 1 };
      },
      async listArtifacts() {
        if (failing.list-- > 0) throw lost();
        return { artifacts: there.map((name, at) => ({ name, id: at + 1, size: 1 })) };
      },
      async downloadArtifact(id) {
        if (behind.by-- > 0) throw new Error(`No artifacts found for ID: ${id}`);
        return { downloadPath: "/" };
      },
    },
    async (ms) => void waits.push(ms),
  );
  const seen = async () => (await client.listArtifacts()).artifacts.map(({ name, id }) => [name, id]);
  return { client, there, failing, behind, waits, seen };
}

describe("handing over through a network that loses answers", () => {
  test("what has arrived is not sent again", async () => {
    const { client, there } = service([true, lost()]);
    expect(await client.uploadArtifact("change.T1", [], "/")).toMatchObject({ name: "change.T1", id: 1 });
    expect(there).toEqual(["change.T1"]);
  });

  test.each([
    ["nothing of it has arrived", lost()],
    ["its name is taken by what was not finished", taken()],
    ["it is refused", new Error("Failed to FinalizeArtifact: Failed request: (403) Forbidden: Forbidden")],
    ["the store of its content is busy", Object.assign(new Error("Server busy"), { statusCode: 429 })],
  ])("%s: it is sent under a further name, which nobody sees", async (_, answer) => {
    const { client, there, seen, waits } = service([false, answer]);
    await client.uploadArtifact("change.T1", [], "/");
    expect(there).toEqual(["change.T1~2"]);
    expect(await seen()).toEqual([["change.T1", 1]]);
    expect(waits).toEqual([1_000]);
  });

  test("of two that are there the last is read", async () => {
    const { client, seen } = service([true, taken()]);
    await client.uploadArtifact("change.T1", [], "/");
    expect(await seen()).toEqual([["change.T1", 2]]);
  });

  test("what a later attempt of a job hands over is read, under whatever name the earlier one left its own", async () => {
    const { client, there, seen } = service([false, lost()]);
    await client.uploadArtifact("change.T1", [], "/");
    await client.uploadArtifact("change.T1", [], "/");
    expect(there).toEqual(["change.T1~2", "change.T1"]);
    expect(await seen()).toEqual([["change.T1", 2]]);
  });

  test("what was listed and is not found is asked for again: another list is behind", async () => {
    const { client, behind, waits } = service();
    await client.uploadArtifact("change.T1", [], "/");
    behind.by = 2;
    expect(await client.downloadArtifact(1)).toEqual({ downloadPath: "/" });
    expect(waits).toEqual([1_000, 3_000]);
    behind.by = 9;
    await expect(client.downloadArtifact(1)).rejects.toThrow("No artifacts found for ID: 1");
  });

  test("a list that does not come is asked for again, not for ever", async () => {
    const { failing, seen } = service();
    failing.list = 2;
    expect(await seen()).toEqual([]);
    failing.list = 9;
    await expect(seen()).rejects.toThrow("ECONNRESET");
  });

  test("a refusal that stays is told in its own words", async () => {
    const refused = [false, new Error("Artifact storage quota has been hit")] as const;
    const { client, there } = service(refused, refused, refused, refused);
    await expect(client.uploadArtifact("change.T1", [], "/")).rejects.toThrow("quota");
    expect(there).toEqual([]);
  });
});
