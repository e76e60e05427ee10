import { describe, expect, test } from "@jest/globals";
import { plainLine } from "./plain.ts";

const when = { at: "2026-11-21T10:00:00.000Z", elapsedMs: 4_000 };

describe("plainLine of a stage", () => {
  test("that will be tried again says why", () => {
    expect(
      plainLine({ ...when, type: "stage", stage: "spec", status: "open", reason: "No\nanswer." }),
    ).toMatch(/stage +spec +open: No answer\.$/);
  });

  test("that failed for good leaves that to the run's last sentence", () => {
    expect(
      plainLine({ ...when, type: "stage", stage: "spec", status: "failed", reason: "No answer." }),
    ).toMatch(/stage +spec +failed$/);
  });
});
