import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Repository } from "../../testing/world.ts";
import { openService, SECRET } from "../testing/service.ts";
import { openRepository, pathsOf, recordOf, taskFor } from "../testing/task.ts";
import { listenForCallbacks } from "./callback.ts";
import { httpExecutor } from "./http.ts";
import { HEADERS, signatureOf } from "./signature.ts";

const file = { status: "written", path: "x.txt", mode: "100644", encoding: "utf-8", content: "x\n" };

describe("a result that is brought", () => {
  let repository: Repository;
  let listener: Awaited<ReturnType<typeof listenForCallbacks>>;
  beforeEach(async () => {
    repository = await openRepository();
    listener = await listenForCallbacks({ maxBytes: 100_000 });
  });
  afterEach(async () => {
    await listener.close();
    await repository.remove();
  });

  const post = async (address: string, body: string, more: { secret?: string; age?: number } = {}) => {
    const url = new URL(address);
    const timestamp = String(Math.floor(Date.now() / 1_000) - (more.age ?? 0));
    const stamp = { timestamp, nonce: "n-1" };
    const subject = { method: "POST", path: url.pathname };
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        [HEADERS.timestamp]: timestamp,
        [HEADERS.nonce]: stamp.nonce,
        [HEADERS.signature]: signatureOf(more.secret ?? SECRET, stamp, subject, body),
      },
    });
    return `${response.status} ${await response.text()}`;
  };

  test.each([
    ["alone", {}],
    ["while it can be asked for as well", { location: "/jobs/1" }],
  ])(
    "%s: the first that is signed is taken; what is not is told so and ends nothing",
    async (_how, headers) => {
      const answers: Promise<string[]>[] = [];
      const bring = async (address: string) => {
        const good = JSON.stringify({
          kind: "agent-result",
          version: 1,
          runId: "r-20261121-abc123",
          nodeId: "T1",
          startSha: repository.sha,
          outcome: "finished",
          changes: [file],
        });
        return [
          await post(address, good, { secret: "another" }),
          await post(address, good, { age: 301 }),
          await post(`${address}x`, good),
          await post(address, "x".repeat(100_001)),
          `${(await fetch(address)).status}`,
          await post(address, good),
          await post(address, good),
        ];
      };
      const service = await openService(({ method, json }) => {
        if (method === "POST") answers.push(bring(json.callbackUrl ?? ""));
        return { status: 202, headers };
      });
      const executor = httpExecutor({ base: service.base, name: "a", secret: SECRET, callback: listener });
      const result = await executor.execute(taskFor(repository), { workDir: repository.dir });
      expect(result).toMatchObject({ outcome: "finished", ending: "submitted" });
      expect(pathsOf(result)).toEqual(["x.txt"]);
      expect(await answers[0]).toEqual([
        expect.stringMatching(/^401 .*signature is wrong/),
        expect.stringMatching(/^401 .*300 s away/),
        expect.stringMatching(/^404 /),
        expect.stringMatching(/^413 /),
        "405",
        "204 ",
        expect.stringMatching(/^404 /),
      ]);
      expect(recordOf(result).filter(({ method }) => method === "CALLBACK")).toHaveLength(3);
      await service.close();
    },
  );

  test("nobody listens without a secret, and waiting ends with the work", async () => {
    expect(() => httpExecutor({ base: "https://example.com", name: "a", callback: listener })).toThrow(
      /secret/,
    );
    const controller = new AbortController();
    const service = await openService(({ method }) => {
      if (method === "POST") setTimeout(() => controller.abort(), 100);
      return { status: 202 };
    });
    const executor = httpExecutor({ base: service.base, name: "a", secret: SECRET, callback: listener });
    const world = { workDir: repository.dir, signal: controller.signal };
    const result = await executor.execute(taskFor(repository), world);
    expect(result).toMatchObject({ outcome: "unfinished", ending: "interrupted" });
    expect(service.received.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    await service.close();
  });
});
