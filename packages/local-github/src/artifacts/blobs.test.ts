import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "@jest/globals";
import { createBlobs } from "./blobs.ts";

const folder = mkdtempSync(join(tmpdir(), "blobs-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the same list of blocks again gives the same blob; one that names another block is refused", async () => {
  const blobs = createBlobs(folder, () => new Date());
  for (const id of ["a", "b"]) await blobs.putBlock("key", id, Readable.from([Buffer.from(id)]));
  const first = await blobs.commit("key", ["a", "b"], "text/plain");
  expect(first).toMatchObject({ size: 2 });
  expect(await blobs.commit("key", ["a", "b"], "text/plain")).toEqual(first);
  expect(await blobs.commit("key", ["a", "c"], "text/plain")).toBeUndefined();
  expect(blobs.get("key")).toEqual(first);
});
