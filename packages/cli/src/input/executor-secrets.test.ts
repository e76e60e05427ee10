import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { CHECKOUT } from "../start/suite.ts";
import { callerWith, executorSecrets } from "./executor-secrets.ts";

const CALLER = readFileSync(join(CHECKOUT, "examples", "caller", "slipway.yml"), "utf8");

test("what is set in the environment becomes secrets of the same names; nothing else does", () => {
  const env = { SLIPWAY_EXECUTOR_VARIABLES: "CODER_KEY=k", SLIPWAY_HTTP_EXECUTOR_SECRET: "", OTHER: "x" };
  expect(executorSecrets(env)).toEqual({ SLIPWAY_EXECUTOR_VARIABLES: "CODER_KEY=k" });
});

test("the caller file that is added hands them down where there are any", () => {
  expect(callerWith(CALLER, {})).toBe(CALLER);
  const { jobs } = parse(callerWith(CALLER, { SLIPWAY_HTTP_EXECUTOR_SECRET: "s" })) as {
    jobs: { slipway: { secrets: Record<string, string> } };
  };
  const before = (parse(CALLER) as typeof parsed).jobs.slipway.secrets;
  const parsed = { jobs };
  expect(jobs.slipway.secrets).toEqual({
    ...before,
    "executor-variables": `\${{ secrets.SLIPWAY_EXECUTOR_VARIABLES }}`,
    "http-executor-secret": `\${{ secrets.SLIPWAY_HTTP_EXECUTOR_SECRET }}`,
  });
});
