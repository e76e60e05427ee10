import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactClient } from "@actions/artifact";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import {
  createWorld,
  field,
  type Job,
  number,
  type TestRepository,
  type World,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let client: ArtifactClient;
const environment = { ...process.env };

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
  // The client reads the API's address once, when it is loaded.
  process.env.GITHUB_API_URL = world.host.apiUrl;
  const { DefaultArtifactClient } = await import("@actions/artifact");
  client = new DefaultArtifactClient();
});

beforeEach(() => {
  // The client tells a log of its own to stdout.
  jest.spyOn(process.stdout, "write").mockImplementation(() => true);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  process.env = environment;
  await world.close();
});

/** From here on the client is a step of this job. */
function enter(job: Job): void {
  process.env.ACTIONS_RESULTS_URL = world.host.resultsUrl;
  process.env.ACTIONS_RUNTIME_TOKEN = world.host.mintRuntimeToken(job);
  // Of another host than github.com the client says that it has no artifacts; the address of the service is its own.
  delete process.env.GITHUB_SERVER_URL;
  process.env.GITHUB_REPOSITORY = `acme/${one.name}`;
}

function file(name: string, content: string | Buffer): { root: string; path: string } {
  const root = world.folder();
  writeFileSync(join(root, name), content);
  return { root, path: join(root, name) };
}

describe("GitHub's own client", () => {
  test("uploads in one job and downloads in another of the same run", async () => {
    const job = world.job(one.name, {});
    enter(job);
    const content = randomBytes(300_000);
    const { root, path } = file("data.bin", content);
    const up = await client.uploadArtifact("data", [path], root);
    expect(up.id).toBeGreaterThan(0);
    const next = world.host.createJob(job.runId, { name: "next", needs: ["job"] });
    enter({ ...job, jobId: next.id });
    const { artifact } = await client.getArtifact("data");
    expect(artifact).toMatchObject({ id: up.id, name: "data", size: up.size });
    const target = world.folder();
    const down = await client.downloadArtifact(artifact.id, { path: target });
    expect(down.digestMismatch).toBe(false);
    expect(
      createHash("sha256")
        .update(readFileSync(join(target, "data.bin")))
        .digest("hex"),
    ).toBe(createHash("sha256").update(content).digest("hex"));
  });

  test("refuses a name twice in one run; lists, deletes and finds nothing after", async () => {
    enter(world.job(one.name, {}));
    const { root, path } = file("x.txt", "x");
    await client.uploadArtifact("same", [path], root);
    await expect(client.uploadArtifact("same", [path], root)).rejects.toThrow(/already exists/);
    expect((await client.listArtifacts()).artifacts.map(({ name }) => name)).toEqual(["same"]);
    await client.deleteArtifact("same");
    await expect(client.getArtifact("same")).rejects.toThrow(/not found/i);
  });

  test("reads another run's artifact with a token that may read actions, and with no other", async () => {
    const source = world.job(one.name, {});
    enter(source);
    const { root, path } = file("x.txt", "of the other run");
    await client.uploadArtifact("other", [path], root);
    const reader = world.job(one.name, { actions: "read" });
    enter(reader);
    await expect(client.getArtifact("other")).rejects.toThrow(/not found/i);
    const from = {
      token: reader.token,
      workflowRunId: source.runId,
      repositoryOwner: "acme",
      repositoryName: one.name,
    };
    const { artifact } = await client.getArtifact("other", { findBy: from });
    const target = world.folder();
    await client.downloadArtifact(artifact.id, { path: target, findBy: from });
    expect(readFileSync(join(target, "x.txt"), "utf8")).toBe("of the other run");
  });
});

describe("what the API shows", () => {
  test("an artifact, its content behind a link without a token, and its end", async () => {
    const job = world.job(one.name, {});
    enter(job);
    const { root, path } = file("x.txt", "shown");
    const { id = 0 } = await client.uploadArtifact("shown", [path], root);
    const list = await one.api("GET", `/actions/runs/${job.runId}/artifacts?name=shown`);
    expect(list.body).toMatchObject({
      total_count: 1,
      artifacts: [{ id, name: "shown", expired: false, workflow_run: { id: job.runId } }],
    });
    const redirect = await one.api("GET", `/actions/artifacts/${id}/zip`);
    expect(redirect.status).toBe(302);
    const zip = Buffer.from(await (await fetch(redirect.headers.get("location") ?? "")).arrayBuffer());
    expect(zip.subarray(0, 2).toString()).toBe("PK");
    expect(zip).toHaveLength(number(field(list, "artifacts.0"), "size_in_bytes"));
    expect((await world.api(null, "GET", `${one.path}/actions/artifacts/${id}/zip`)).status).toBe(401);
    expect((await one.api("DELETE", `/actions/artifacts/${id}`)).status).toBe(204);
    expect((await one.api("GET", `/actions/artifacts/${id}`)).status).toBe(404);
  });
});

describe("what is refused", () => {
  const ask = (token: string, method: string, body: unknown) =>
    fetch(`${world.host.resultsUrl}twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const ids = (job: Job) => ({
    workflow_run_backend_id: String(job.runId),
    workflow_job_run_backend_id: String(job.jobId),
  });

  test("a token that is none, a GITHUB_TOKEN, and another run's", async () => {
    const [mine, other] = [world.job(one.name, { actions: "write" }), world.job(one.name, {})];
    const body = { ...ids(other), name: "x", version: 7 };
    expect((await ask("nope", "CreateArtifact", body)).status).toBe(401);
    expect((await ask(mine.token, "CreateArtifact", body)).status).toBe(401);
    expect((await ask(world.host.mintRuntimeToken(mine), "CreateArtifact", body)).status).toBe(403);
  });

  test("a link that was changed; a complete artifact is never changed", async () => {
    const job = world.job(one.name, {});
    const token = world.host.mintRuntimeToken(job);
    const made = (await (
      await ask(token, "CreateArtifact", { ...ids(job), name: "x", version: 7 })
    ).json()) as { signed_upload_url: string };
    const put = (url: string) =>
      fetch(url, { method: "PUT", headers: { "x-ms-blob-type": "BlockBlob" }, body: "x" });
    expect((await put(made.signed_upload_url.replace(/sig=[^&]+/, "sig=AAAA"))).status).toBe(403);
    expect((await put(made.signed_upload_url.replace("sp=cw", "sp=r"))).status).toBe(403);
    expect((await fetch(made.signed_upload_url)).status).toBe(403);
    expect((await ask(token, "FinalizeArtifact", { ...ids(job), name: "x", size: "1" })).status).toBe(400);
    expect((await put(made.signed_upload_url)).status).toBe(201);
    expect((await ask(token, "FinalizeArtifact", { ...ids(job), name: "x", size: "2" })).status).toBe(400);
    expect(
      (await ask(token, "FinalizeArtifact", { ...ids(job), name: "x", size: "1", hash: "sha256:00" })).status,
    ).toBe(400);
    expect((await ask(token, "FinalizeArtifact", { ...ids(job), name: "x", size: "1" })).status).toBe(200);
    expect((await put(made.signed_upload_url)).status).toBe(409);
  });

  test.each(["", "a/b", "a:b", "a\nb", 'a"b', "a*b"])("the name %j", async (name) => {
    const job = world.job(one.name, {});
    const reply = await ask(world.host.mintRuntimeToken(job), "CreateArtifact", {
      ...ids(job),
      name,
      version: 7,
    });
    expect(reply.status).toBe(400);
  });
});
