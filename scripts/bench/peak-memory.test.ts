import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { highWater, peakBytes } from "./peak-memory.ts";

test("the high-water mark is read from what the kernel tells", () => {
  expect(highWater("Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   1234 kB\nVmRSS:\t 7 kB\n")).toBe(1_234);
  expect(highWater("Name:\tnode\n")).toBeNull();
});

test("a small child of a large process is small", () => {
  const large = Buffer.alloc(300 * 1_024 * 1_024, 1);
  const code = `import { peakBytes } from ${JSON.stringify(`${import.meta.dirname}/peak-memory.ts`)}; console.log(peakBytes());`;
  const child = Number(
    execFileSync(
      process.execPath,
      ["--experimental-strip-types", "--no-warnings", "--input-type=module", "-e", code],
      {
        encoding: "utf8",
        env: { PATH: process.env.PATH },
      },
    ),
  );
  expect(large.length).toBeLessThan(peakBytes());
  expect(child).toBeGreaterThan(10_000_000);
  expect(child).toBeLessThan(large.length);
});
