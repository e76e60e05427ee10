import { expect, test } from "@jest/globals";
import { LimitReachedError } from "@slipway/github";
import { foldEvents, type RunState } from "@slipway/model";
import { limitEvents, limitReason } from "./limit.ts";

const AT = "2026-11-20T10:00:00.000Z";
const UNTIL = "2026-11-20T10:40:00.000Z";

const run = foldEvents(null, [
  {
    seq: 1,
    at: AT,
    by: "mona",
    event: {
      type: "run.started",
      runId: "r-20261120-7f3k2a",
      dispatchId: null,
      idea: "An idea",
      requestedBy: "mona",
      repository: "acme/app",
      integrationBranch: "main",
      policy: {} as RunState["policy"],
      backendUrl: null,
    },
  },
]);
const limit = (until: string) => new LimitReachedError("No room.", { retryAt: new Date(until) });
const after = (until: string): RunState => ({ ...run, limitedUntil: until });

test("a limit is recorded once, and again only when it lasts longer", () => {
  expect(limitEvents(limit(UNTIL), run)).toEqual([{ type: "run.limited", until: UNTIL }]);
  expect(limitEvents(limit(UNTIL), after(UNTIL))).toEqual([]);
  expect(limitEvents(limit("2026-11-20T10:50:00.000Z"), after(UNTIL))).toHaveLength(1);
  expect(limitEvents(new Error("Something else."), run)).toEqual([]);
});

test("work that breaks off within a limit is nobody's failure, and after it is", () => {
  expect(limitReason(after(UNTIL), new Date(AT))).toBe(
    `GitHub's request limit is used up until ${UNTIL}; the work is taken up again then.`,
  );
  expect(limitReason(after(UNTIL), new Date(UNTIL))).toBeUndefined();
  expect(limitReason(run, new Date(AT))).toBeUndefined();
});
