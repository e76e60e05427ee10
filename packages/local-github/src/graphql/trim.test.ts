import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { validateSchema } from "graphql";
import { readGitHubSchema } from "./schema.ts";
import { trimSchema } from "./trim.ts";

const WHOLE = `
"""Prose"""
type Query { issue(by: Order = {field: AGE}): Issue, secret: Secret, other: Issue }
type Mutation { close(input: CloseInput!): Issue }
interface Node { id: ID! }
interface Hidden { key: String }
type Issue implements Node & Hidden { id: ID!, key: String, at: Date @docsCategory(name: "x"), state: State
  old: String @deprecated(reason: "new"), secret: Secret, either: Either }
type Secret { id: ID! }
union Either = Issue | Secret
enum State { OPEN CLOSED }
input Order { field: Field! }
enum Field { AGE }
input CloseInput { id: ID! }
scalar Date
directive @docsCategory(name: String!) on FIELD_DEFINITION
`;
const SERVED = { types: ["Either", "Issue", "Node"], queries: ["issue"], mutations: ["close"] };

test("keeps what is served and all it needs, and tells what it leaves out", () => {
  const { sdl, left } = trimSchema(WHOLE, SERVED);
  expect(sdl.replaceAll(/\s+/g, " ").trim()).toBe(
    [
      "input CloseInput { id: ID! }",
      "scalar Date",
      "union Either = Issue",
      "enum Field { AGE }",
      "type Issue implements Node { id: ID! key: String at: Date state: State",
      'old: String @deprecated(reason: "new") either: Either }',
      "type Mutation { close(input: CloseInput!): Issue }",
      "interface Node { id: ID! }",
      "input Order { field: Field! }",
      "type Query { issue(by: Order = { field: AGE }): Issue }",
      "enum State { OPEN CLOSED }",
    ].join(" "),
  );
  expect(left).toEqual({ Issue: ["secret"], Query: ["other", "secret"] });
});

test("what GitHub does not have cannot be served", () => {
  expect(() => trimSchema(WHOLE, { ...SERVED, types: [...SERVED.types, "Nothing"] })).toThrow(
    "no type Nothing",
  );
  expect(() => trimSchema(WHOLE, { ...SERVED, queries: ["nothing"] })).toThrow("no Query.nothing");
  expect(() => trimSchema(WHOLE, { ...SERVED, queries: ["secret"] })).toThrow("no Query.secret");
});

test("the committed schema is a whole one, of what is named as served", () => {
  const { schema, isLeftOut } = readGitHubSchema();
  expect(validateSchema(schema)).toEqual([]);
  const served = JSON.parse(readFileSync(new URL("../../graphql/served.json", import.meta.url), "utf8"));
  expect(served.types.filter((name: string) => !schema.getType(name))).toEqual([]);
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
    expect.arrayContaining(served.queries),
  );
  expect(isLeftOut("Query", "enterprise")).toBe(true);
  expect(isLeftOut("Query", "repository")).toBe(false);
});
