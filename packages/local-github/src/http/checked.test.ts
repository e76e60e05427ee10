/** That wrong exchanges are seen where they happen: in the journal of a running server. */

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createWorld, type TestRepository, type World } from "../../testing/world.ts";

let world: World;
let repository: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  repository = await world.repository({ "a.txt": "a" });
  world.expectErrors(() => true);
});

afterAll(() => world.close());

async function errorsOf(method: string, path: string, body?: unknown): Promise<readonly string[]> {
  await repository.api(method, path, body);
  return world.local.journal.at(-1)?.errors ?? [];
}

test("an exchange as it should be has none", async () => {
  expect(await errorsOf("GET", "/labels/question")).toEqual([]);
  expect(await errorsOf("GET", "/labels/nothing")).toEqual([]);
});

test("a property that the answer lacks, and one of a wrong type", async () => {
  const label = world.local.repository(repository.at).labels.get("bug");
  if (!label) throw new Error("There is no label to make wrong.");
  Object.assign(label, { color: 5 });
  expect(await errorsOf("GET", "/labels/bug")).toEqual([
    "issues/get-label 200 response /color: must be string, not 5",
  ]);
  Object.assign(label, { color: "f00f00" });
  Reflect.deleteProperty(label, "description");
  expect(await errorsOf("GET", "/labels/bug")).toEqual([
    "issues/get-label 200 response /: must have 'description'",
  ]);
  Object.assign(label, { description: null });
});

test("a query parameter and a body that the route does not take", async () => {
  expect(await errorsOf("GET", "/labels?lables=x")).toEqual([
    "issues/list-labels-for-repo query parameter 'lables': this route has none of that name",
  ]);
  expect(await errorsOf("POST", "/issues/1/comments", { text: "x" })).toEqual([
    "issues/create-comment request body /: must have 'body'",
  ]);
});

test("a route that is GitHub's and not served here, and one that is nobody's", async () => {
  for (const [path, status] of [
    ["/milestones/1", 501],
    ["/nonsense", 404],
  ] as const) {
    expect((await repository.api("GET", path)).status).toBe(status);
    expect(world.local.journal.at(-1)).toMatchObject({ unknownRoute: true, route: null });
  }
});
