import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createWorld, field, type TestRepository, text, type World } from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});

afterAll(() => world.close());

/** A commit on top of a branch that no ref has yet. */
async function next(branch: string, path: string): Promise<string> {
  const parent = await one.head(branch);
  const tree = [{ path, mode: "100644", type: "blob", content: path }];
  const made = await one.api("POST", "/git/trees", { base_tree: parent, tree });
  const body = { message: path, tree: field(made, "sha"), parents: [parent] };
  return text(await one.api("POST", "/git/commits", body), "sha");
}

test("of pull requests for the same branches that are opened at once, one is", async () => {
  await one.branch("twins", { "t.txt": "t" });
  const open = () => one.api("POST", "/pulls", { head: "twins", base: "main", title: "t" });
  const replies = await Promise.all([open(), open(), open(), open()]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
});

test("of releases of one tag that are made at once, one is", async () => {
  const make = () => one.api("POST", "/releases", { tag_name: "v1.0.0" });
  const replies = await Promise.all([make(), make(), make()]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
});

test("a merge never takes in a head that its caller has not seen", async () => {
  for (let round = 0; round < 4; round++) {
    const name = `guarded${round}`;
    const seen = await one.branch(name, { [`${name}.txt`]: "x" });
    const pull = await one.pull(name);
    const sha = await next(name, `${name}-later.txt`);
    const [merged] = await Promise.all([
      one.api("PUT", `/pulls/${pull}/merge`, { sha: seen }),
      one.api("PATCH", `/git/refs/heads/${name}`, { sha }),
    ]);
    expect([200, 409]).toContain(merged.status);
    const files = await one.git("ls-tree", "-r", "--name-only", "main");
    expect(files).not.toContain(`${name}-later.txt`);
    expect(files.includes(`${name}.txt`)).toBe(merged.status === 200);
  }
});

test("bringing a branch up to date loses no push", async () => {
  for (let round = 0; round < 4; round++) {
    const name = `updated${round}`;
    await one.branch(name, { [`${name}.txt`]: "x" });
    const pull = await one.pull(name);
    await one.branch("main", { [`main${round}.txt`]: "m" }, "main");
    const sha = await next(name, `${name}-pushed.txt`);
    const [updated, pushed] = await Promise.all([
      one.api("PUT", `/pulls/${pull}/update-branch`, {}),
      one.api("PATCH", `/git/refs/heads/${name}`, { sha }),
    ]);
    expect([202, 422]).toContain(updated.status);
    expect([200, 422]).toContain(pushed.status);
    const files = await one.git("ls-tree", "-r", "--name-only", name);
    if (pushed.status === 200) expect(files).toContain(`${name}-pushed.txt`);
    if (updated.status === 202) expect(files).toContain(`main${round}.txt`);
    const shown = await one.api("GET", `/pulls/${pull}`);
    expect(field(shown, "head.sha")).toBe(await one.head(name));
  }
});
