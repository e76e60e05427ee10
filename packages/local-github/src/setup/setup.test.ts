import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, type TestRepository, type World } from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});

afterAll(() => world.close());

describe("createApp", () => {
  test("takes a private or a public key, and names what is wrong with another", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const both = [
      privateKey.export({ type: "pkcs1", format: "pem" }),
      publicKey.export({ type: "spki", format: "pem" }),
    ].map((key, at) => world.local.createApp({ slug: `keyed-${at}`, key: key.toString() }).app.publicKey);
    expect(both[0]).toBe(both[1]);
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "sec1",
      format: "pem",
    });
    expect(() => world.local.createApp({ slug: "ec", key: ec.toString() })).toThrow(
      /'ec' is no RSA key.*type ec/,
    );
    expect(() => world.local.createApp({ slug: "text", key: "secret" })).toThrow(
      /'text' is no RSA key in PEM form/,
    );
  });

  test("refuses a slug or an id that is taken, and a place that is not there", () => {
    world.local.createApp({ slug: "taken", appId: 12 });
    expect(() => world.local.createApp({ slug: "taken" })).toThrow(/an App 'taken' already/);
    expect(() => world.local.createApp({ slug: "github-actions" })).toThrow(/already/);
    expect(() => world.local.createApp({ slug: "other", appId: 12 })).toThrow(/the id 12 already/);
    expect(() => world.local.createApp({ slug: "lost", installedOn: ["nobody"] })).toThrow(
      /no account nobody/,
    );
    expect(() => world.local.createApp({ slug: "lost2", installedOn: ["acme/none"] })).toThrow(
      /no repository acme\/none/,
    );
  });

  test("on an account has all of its repositories, those of later, too", async () => {
    world.local.createApp({ slug: "all", installedOn: ["acme"], permissions: { contents: "read" } });
    const later = await world.repository({ "a.txt": "a" }, "private");
    const token = world.local.mintAppToken("all", later.at);
    expect((await world.api(token, "GET", `${later.path}/contents/a.txt`)).status).toBe(200);
    expect(() => world.local.mintAppToken("all", later.at, { contents: "write" })).toThrow(
      /not granted 'contents'/,
    );
    expect(() => world.local.mintAppToken("taken", later.at)).toThrow(/not installed on acme/);
  });
});

test("people and teams that cannot be are named", async () => {
  expect(() => world.local.addMember("acme", "mona")).toThrow(/acme is a person, not an organization/);
  expect(() =>
    world.local.addTeam({ organization: "an-org", slug: "t", repositories: { none: "write" } }),
  ).toThrow(/no repository an-org\/none/);
  expect(() => world.local.addCollaborator({ owner: "no", name: "where" }, "mona", "read")).toThrow(
    /no\/where/,
  );
  await expect(world.local.setDraft(one.at, 99, true, "mona")).rejects.toThrow(/no pull request #99/);
  expect(world.local.queued(one.at, "main")).toEqual([]);
});
