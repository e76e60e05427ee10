import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  column,
  createWorld,
  field,
  number,
  type TestRepository,
  type World,
  WRITE,
} from "../../testing/world.ts";

interface Made {
  readonly id: number;
  readonly number: number;
}

let world: World;
let one: TestRepository;
let parent: Made;
let other: Made;
let children: Made[];

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});

afterAll(() => world.close());

async function make(title: string): Promise<Made> {
  const reply = await one.api("POST", "/issues", { title });
  return { id: number(reply, "id"), number: number(reply, "number") };
}

const add = (to: Made, child: Made, more: object = {}) =>
  one.api("POST", `/issues/${to.number}/sub_issues`, { sub_issue_id: child.id, ...more });
const listed = async (of: Made) => column(await one.api("GET", `/issues/${of.number}/sub_issues`), "number");
const parentOf = async (child: Made) =>
  field(await one.api("GET", `/issues/${child.number}/parent`), "number");
const numbers = (...list: (Made | undefined)[]) => list.map((one_) => one_?.number);

beforeEach(async () => {
  [parent, other] = [await make("parent"), await make("other")];
  children = [await make("a"), await make("b"), await make("c")];
  for (const child of children) await add(parent, child);
});

describe("a person", () => {
  test("moves a sub-issue to another parent by saying that it replaces the first", async () => {
    const [a, b, c] = children;
    if (!a) throw new Error("no child");
    const refused = await add(other, a);
    expect([refused.status, field(refused, "message")]).toEqual([
      422,
      expect.stringContaining("may only have one parent"),
    ]);
    const moved = await add(other, a, { replace_parent: true });
    expect([moved.status, field(moved, "number")]).toEqual([201, other.number]);
    expect([await listed(parent), await listed(other), await parentOf(a)]).toEqual([
      numbers(b, c),
      [a.number],
      other.number,
    ]);
    const again = await add(other, a, { replace_parent: true });
    expect([again.status, field(again, "message")]).toEqual([422, expect.stringContaining("duplicate")]);
  });

  test("takes a sub-issue out, once", async () => {
    const [a, b, c] = children;
    const remove = () => one.api("DELETE", `/issues/${parent.number}/sub_issue`, { sub_issue_id: a?.id });
    expect((await remove()).status).toBe(200);
    expect(await listed(parent)).toEqual(numbers(b, c));
    expect((await one.api("GET", `/issues/${a?.number}/parent`)).status).toBe(404);
    expect((await remove()).status).toBe(404);
    const events = column(await one.api("GET", `/issues/${a?.number}/events`), "event");
    expect(events).toEqual(["parent_issue_added", "parent_issue_removed"]);
  });

  test("puts sub-issues in another order: before one, after one", async () => {
    const [a, b, c] = children;
    const order = (body: object) => one.api("PATCH", `/issues/${parent.number}/sub_issues/priority`, body);
    expect((await order({ sub_issue_id: c?.id, before_id: a?.id })).status).toBe(200);
    expect(await listed(parent)).toEqual(numbers(c, a, b));
    expect((await order({ sub_issue_id: c?.id, after_id: a?.id })).status).toBe(200);
    expect(await listed(parent)).toEqual(numbers(a, c, b));
    expect((await order({ sub_issue_id: c?.id })).status).toBe(422);
    expect((await order({ sub_issue_id: c?.id, after_id: other.id })).status).toBe(422);
    expect((await order({ sub_issue_id: other.id, after_id: a?.id })).status).toBe(422);
    expect(await listed(parent)).toEqual(numbers(a, c, b));
  });

  test("cannot make a circle, nor act without the role", async () => {
    const [a] = children;
    if (!a) throw new Error("no child");
    expect((await add(a, parent)).status).toBe(422);
    expect((await add(parent, parent)).status).toBe(422);
    const outsider = world.local.mintUserToken("outsider");
    const body = { sub_issue_id: a.id };
    const path = `${one.path}/issues/${parent.number}/sub_issue`;
    expect((await world.api(outsider, "DELETE", path, body)).status).toBe(403);
    const reader = world.job(one.name, { ...WRITE, issues: "read" }).token;
    expect((await world.api(reader, "DELETE", path, body)).status).toBe(403);
  });
});
