import { expect, test } from "@jest/globals";
import type { JournalEntry } from "@slipway/local-github";
import { wrongExchanges } from "./journal.ts";

const entry = (more: Partial<JournalEntry>): JournalEntry => ({
  index: 0,
  at: "2026-11-20T10:00:00.000Z",
  kind: "rest",
  method: "GET",
  path: "/api/v3/repos/a/b/issues",
  route: "/repos/{owner}/{repo}/issues",
  unknownRoute: false,
  status: 200,
  actor: "github-actions[bot]",
  tokenKind: "job",
  runId: 1,
  jobId: 2,
  durationMs: 1,
  errors: [],
  ...more,
});
const wrong = { errors: ["issues/list-for-repo 200 response /0: must have 'id'"] };

test("invalid exchanges and unknown routes of jobs and Apps are told", () => {
  const lines = wrongExchanges([
    entry({}),
    entry(wrong),
    entry({ ...wrong, tokenKind: "app", jobId: null }),
    entry({ unknownRoute: true, route: null, status: 404 }),
  ]);
  expect(lines).toEqual([
    "GET /api/v3/repos/a/b/issues (200): issues/list-for-repo 200 response /0: must have 'id'",
    "GET /api/v3/repos/a/b/issues (200): issues/list-for-repo 200 response /0: must have 'id'",
    "GET /api/v3/repos/a/b/issues (404): no such route",
  ]);
});

test("what a fault has answered, and what a person sends, is not the suite's", () => {
  expect(
    wrongExchanges([entry({ ...wrong, fault: "respond" }), entry({ ...wrong, tokenKind: "user" })]),
  ).toEqual([]);
});
