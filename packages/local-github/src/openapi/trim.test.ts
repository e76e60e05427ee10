import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { trimDescription } from "./trim.ts";

const whole = {
  openapi: "3.0.3",
  info: { title: "t", version: "1", description: "long" },
  tags: [{ name: "a" }],
  paths: {
    "/b": {
      get: {
        operationId: "b/get",
        summary: "s",
        "x-github": { category: "b" },
        parameters: [{ $ref: "#/components/parameters/p" }],
        responses: {
          "200": {
            description: "ok",
            content: { "application/json": { schema: { $ref: "#/components/schemas/one" } } },
          },
        },
      },
      delete: { operationId: "b/delete", responses: {} },
    },
    "/a": { get: { operationId: "a/get", responses: {} } },
  },
  components: {
    parameters: {
      p: { name: "p", in: "path", "x-multi-segment": true, example: "e", schema: { type: "string" } },
    },
    schemas: {
      one: {
        type: "object",
        title: "One",
        properties: {
          title: { type: "string", description: "prose", default: { example: 1 } },
          "x-custom": { type: "string" },
          self: { $ref: "#/components/schemas/one" },
          two: { $ref: "#/components/schemas/two" },
        },
      },
      two: { type: "string", enum: ["description", "title"] },
      three: { type: "string" },
    },
  },
};

test("keeps the named operations and what they reach; prose and extensions go, names stay", () => {
  expect(trimDescription(whole, ["b/get"], "p@1")).toEqual({
    openapi: "3.0.3",
    info: { title: "GitHub REST API, trimmed", version: "1", license: {}, "x-source": "p@1" },
    paths: {
      "/b": {
        get: {
          operationId: "b/get",
          parameters: [{ $ref: "#/components/parameters/p" }],
          responses: {
            "200": { content: { "application/json": { schema: { $ref: "#/components/schemas/one" } } } },
          },
        },
      },
    },
    components: {
      parameters: { p: { name: "p", in: "path", "x-multi-segment": true, schema: { type: "string" } } },
      schemas: {
        one: {
          type: "object",
          properties: {
            title: { type: "string", default: { example: 1 } },
            "x-custom": { type: "string" },
            self: { $ref: "#/components/schemas/one" },
            two: { $ref: "#/components/schemas/two" },
          },
        },
        two: { type: "string", enum: ["description", "title"] },
      },
    },
  });
});

test("an operation that is not there, or a reference that leads nowhere, is an error", () => {
  expect(() => trimDescription(whole, ["c/get"], "p@1")).toThrow(/no operation named c\/get/);
  const broken = { ...whole, components: { ...whole.components, schemas: {} } };
  expect(() => trimDescription(broken, ["b/get"], "p@1")).toThrow(
    /#\/components\/schemas\/one, which it does not have/,
  );
});

test("trimming the trimmed copy again changes nothing", () => {
  const folder = new URL("../../openapi/", import.meta.url);
  const text = readFileSync(new URL("github.json", folder), "utf8");
  const operations = JSON.parse(readFileSync(new URL("operations.json", folder), "utf8")) as string[];
  const copy = JSON.parse(text) as { info: { "x-source": string } };
  expect(`${JSON.stringify(trimDescription(copy, operations, copy.info["x-source"]), null, 1)}\n`).toBe(text);
});
