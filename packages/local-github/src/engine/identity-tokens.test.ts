/** The OIDC tokens of jobs, asked for and checked as strangers do. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";
import { createWorld, type TestRepository, type World } from "../../testing/world.ts";

const OF_THE_FILE = {
  jobWorkflowRef: "acme/suite/.github/workflows/_reusable.spec.yml@refs/tags/v1",
  jobWorkflowSha: "a".repeat(40),
};

let world: World;
let one: TestRepository;
beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});
afterAll(() => world.close());

function offered() {
  const job = world.job(one.name, {});
  const repository = { owner: "acme", name: one.name };
  return { job, repository, ...world.host.offerIdentity({ ...job, repository, ...OF_THE_FILE }) };
}

const ask = (url: string, token: string | null) =>
  fetch(url, token === null ? {} : { headers: { authorization: `Bearer ${token}` } });
const answered = async (response: Response) =>
  z.object({ count: z.number(), value: z.string() }).parse(await response.json());
const issuer = () => `${world.local.url}/_services/token`;

/** As a service does that knows the issuer and nothing else. */
async function verified(token: string, audience: string) {
  const found = await fetch(`${issuer()}/.well-known/openid-configuration`);
  const described = z
    .object({ issuer: z.string(), jwks_uri: z.url(), claims_supported: z.array(z.string()) })
    .parse(await found.json());
  const keys = createRemoteJWKSet(new URL(described.jwks_uri));
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: described.issuer, audience });
  return { payload, protectedHeader, supported: described.claims_supported };
}

describe("a job's OIDC token", () => {
  test("is signed for the audience that was asked for, and says who asks", async () => {
    const { url, token, job, repository } = offered();
    const { value } = await answered(
      await ask(`${url}&audience=${encodeURIComponent("https://a.b/c?d")}`, token),
    );
    const { payload, protectedHeader, supported } = await verified(value, "https://a.b/c?d");
    expect(protectedHeader).toMatchObject({ alg: "RS256", typ: "JWT" });
    const place = `acme/${repository.name}`;
    expect(payload).toMatchObject({
      iss: issuer(),
      aud: "https://a.b/c?d",
      sub: `repo:${place}:ref:refs/heads/main`,
      ref: "refs/heads/main",
      ref_type: "branch",
      sha: "0".repeat(40),
      repository: place,
      repository_owner: "acme",
      repository_visibility: "public",
      run_id: String(job.runId),
      run_attempt: "1",
      actor: "acme",
      event_name: "push",
      head_ref: "",
      base_ref: "",
      workflow: "CI",
      workflow_ref: `${place}/.github/workflows/ci.yml@refs/heads/main`,
      job_workflow_ref: OF_THE_FILE.jobWorkflowRef,
      job_workflow_sha: OF_THE_FILE.jobWorkflowSha,
    });
    const { iat = 0, exp = 0, nbf = 0, jti } = payload;
    expect([exp - iat, iat - nbf]).toEqual([300, 600]);
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    expect([...supported].sort()).toEqual(Object.keys(payload).sort());
  });

  test("is for the repository's owner when no audience is named, and new each time", async () => {
    const { url, token } = offered();
    const [first, second] = [await answered(await ask(url, token)), await answered(await ask(url, token))];
    const audience = `${world.local.url}/acme`;
    expect((await verified(first.value, audience)).payload.jti).not.toBe(
      (await verified(second.value, audience)).payload.jti,
    );
    await expect(verified(first.value, "https://api.example.com")).rejects.toThrow(/aud/);
    await expect(verified(`${first.value.slice(0, -6)}AAAAAA`, audience)).rejects.toThrow(/signature/);
  });

  test("is refused to whoever is not that job, and after its end", async () => {
    const [mine, other] = [offered(), offered()];
    expect((await ask(mine.url, null)).status).toBe(401);
    expect((await ask(mine.url, "nobodys")).status).toBe(401);
    expect((await ask(mine.url, other.token)).status).toBe(401);
    expect((await ask(mine.url, mine.job.token)).status).toBe(401);
    expect((await ask(mine.url, mine.token)).status).toBe(200);
    world.host.updateJob(mine.job.jobId, { status: "completed", conclusion: "success" });
    expect((await ask(mine.url, mine.token)).status).toBe(401);
  });

  test("stands nowhere in the journal, which says which job asked", async () => {
    const { url, token, job } = offered();
    const { value } = await answered(await ask(url, token));
    const { journal } = world.local;
    expect(journal.at(-1)).toMatchObject({
      kind: "identity",
      runId: job.runId,
      jobId: job.jobId,
      status: 200,
    });
    expect(JSON.stringify(journal)).not.toContain(value.split(".")[2]);
    expect(JSON.stringify(journal)).not.toContain(token);
  });
});
