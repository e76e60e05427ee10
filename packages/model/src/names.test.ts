import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  artifactName,
  branchName,
  dateOfUuid7,
  hasMarker,
  kindLabel,
  ledgerRef,
  type Marker,
  markerText,
  runIdFor,
  slugOf,
} from "./names.ts";
import { runIdSchema } from "./schema/common.ts";
import { runs } from "./testing/plans.ts";
import { plain, quote } from "./view/text.ts";

describe("slugs", () => {
  test.each([
    ["Parse dates", "parse-dates"],
    ["  Ünïcödé — naïve café  ", "unicode-naive-cafe"],
    ["日本語だけ", "item"],
    ["日本語 and English", "and-english"],
    ["🚀🚀", "item"],
    ["", "item"],
    ["---", "item"],
    ["../../etc/passwd", "etc-passwd"],
    ["a.lock", "a-lock"],
    ["$(rm -rf /) `x` && y", "rm-rf-x-y"],
    ["HEAD", "head"],
    ["ﬁrst ½ Ⅷ", "first-1-2-viii"],
    ["x".repeat(50), "x".repeat(40)],
    ["one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"],
    [`${"a".repeat(40)} b`, "a".repeat(40)],
  ])("%j", (text, slug) => {
    expect(slugOf(text)).toBe(slug);
  });

  test("whatever the text, a slug is a safe part of a ref and as long as allowed", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.integer({ min: 4, max: 60 }),
        (text, max) => {
          const slug = slugOf(text, max);
          expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(slug.length).toBeLessThanOrEqual(max);
          expect(slugOf(slug, max)).toBe(slug);
        },
      ),
      runs(500),
    );
  });

  test("branches, refs, labels and artifacts", () => {
    expect(branchName("task", 12, "Parse dates")).toBe("task/12-parse-dates");
    expect(ledgerRef("r-1")).toBe("refs/slipway/runs/r-1");
    expect(kindLabel("defect")).toBe("slipway:defect");
    expect([
      artifactName.spec(1),
      artifactName.plan(2),
      artifactName.change("T1", 3),
      artifactName.evidence("qa", "T1", 4),
    ]).toEqual(["spec.1", "plan.2", "change.T1.3", "evidence.qa.T1.4"]);
  });
});

describe("run ids", () => {
  const id = "019aa0f2-3c00-7000-8000-000000000000";

  test("a function of the request alone, dated by it", () => {
    const at = dateOfUuid7(id);
    expect(runIdFor(id, at)).toBe(runIdFor(id, dateOfUuid7(id)));
    expect(runIdFor(id, at)).toBe("r-20251120-pr6fbz");
    expect(runIdFor(id, at)).not.toBe(runIdFor(id.replace(/0$/, "1"), at));
  });

  test("every UUID of version 7 gives a valid one, whatever year it claims", () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (uuid) => {
        expect(runIdSchema.safeParse(runIdFor(uuid, dateOfUuid7(uuid))).success).toBe(true);
      }),
      runs(500),
    );
    const last = "ffffffff-ffff-7fff-8fff-ffffffffffff";
    expect(runIdFor(last, dateOfUuid7(last))).toMatch(/^r-08890802-/);
  });
});

describe("markers", () => {
  const markers: Marker[] = [
    { what: "node", runId: "r-20261120-7f3k2a", nodeId: "T1" },
    { what: "node", runId: "r-20261120-7f3k2a", nodeId: "T12" },
    { what: "pull", runId: "r-20261120-7f3k2a", nodeId: "T1" },
    { what: "status", runId: "r-20261120-7f3k2a" },
    { what: "review", runId: "r-20261120-7f3k2a", nodeId: "T1", headSha: "a".repeat(40) },
  ];

  test("each is found in what was written for it, and in nothing else", () => {
    for (const marker of markers) {
      const body = `Words before.\r\n  ${markerText(marker)}\r\nWords after.`;
      for (const other of markers) expect(hasMarker(body, other)).toBe(other === marker);
    }
    expect(markerText(markers[0] as Marker)).toBe("<!-- slipway:node runId=r-20261120-7f3k2a nodeId=T1 -->");
  });

  test("not in other words, in an empty body, or in what people wrote, however it is shown", () => {
    for (const marker of markers) {
      expect(hasMarker(null, marker)).toBe(false);
      expect(hasMarker(undefined, marker)).toBe(false);
      expect(hasMarker(`see ${markerText(marker)}`, marker)).toBe(false);
      expect(hasMarker(plain(markerText(marker)), marker)).toBe(false);
      expect(hasMarker(quote(`a\n${markerText(marker)}\nb`), marker)).toBe(false);
    }
  });
});
