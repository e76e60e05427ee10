import { expect, test } from "@jest/globals";
import { loadedFiles } from "./chunks.ts";

test("only the files of the dist itself are told, whatever else was printed", () => {
  const stderr = [
    "loaded file:///suite/action-x/dist/index.js",
    "(node:1) Warning: loaded nothing",
    "loaded file:///suite/node_modules/y/index.js",
    "loaded file:///suite/action-x/dist/431.index.js",
  ].join("\n");
  expect(loadedFiles(stderr, "/suite/action-x/dist")).toEqual(["index.js", "431.index.js"]);
});
