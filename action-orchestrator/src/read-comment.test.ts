import { describe, expect, test } from "@jest/globals";
import { readComment } from "./read-comment.ts";

describe("a comment is read by its first line", () => {
  test.each([
    ["/slipway pause", { verb: "pause" }],
    ["/slipway  RESUME  ", { verb: "resume" }],
    ["/slipway cancel\r\nIt was a mistake.", { verb: "cancel" }],
    ["/slipway", { verb: "help" }],
    ["/slipway help", { verb: "help" }],
    ["/slipway retry", { verb: "retry", nodeId: null }],
    ["/slipway retry t12", { verb: "retry", nodeId: "T12" }],
    ["/slipway advance F1", { verb: "advance", nodeId: "F1" }],
    ["/slipway approve", { verb: "approve", nodeId: null, sha: null }],
    ["/slipway approve 3F2C1A9", { verb: "approve", nodeId: null, sha: "3f2c1a9" }],
    ["/slipway approve E1", { verb: "approve", nodeId: "E1", sha: null }],
    ["/slipway approve E1 3f2c1a9", { verb: "approve", nodeId: "E1", sha: "3f2c1a9" }],
    ["/slipway answer", { verb: "answer", answers: [] }],
    ["/slipway answer\r\n\r\n1: No weeks.\r\n", { verb: "answer", answers: ["No weeks."] }],
    ["/slipway answer\n2) Two\nlines.\n\n1. One.", { verb: "answer", answers: ["One.", "Two\nlines."] }],
    ["/slipway answer\n3: Only this.", { verb: "answer", answers: [null, null, "Only this."] }],
    ["/slipway answer\n1:\n2: B", { verb: "answer", answers: [null, "B"] }],
  ])("%j", (body, request) => {
    expect(readComment(body)).toEqual(request);
  });

  test.each([
    "Hello",
    "Please /slipway pause",
    "\n/slipway pause",
    "/slipwayy pause",
    "> /slipway pause",
    "",
  ])("%j is not for Slipway", (body) => {
    expect(readComment(body)).toBeUndefined();
  });

  test.each([
    ["/slipway explode", "`explode` is not a command."],
    ["/slipway start An idea", "`start` is not a command."],
    ["/slipway pause now", "`pause` does not go with `now`."],
    ["/slipway retry T1 T2", "`retry` does not go with `T2`."],
    ["/slipway answer\nYes.", "An answer begins with the number of its question and a colon."],
    ["/slipway answer\n4: Yes.", "There is no question 4."],
    [
      "/slipway answer yes",
      "`answer` does not go with `yes`: write each answer on a line of its own, after the number of its question and a colon.",
    ],
    ["/slipway approve 3f2c", "`approve` does not go with `3f2c`."],
    ["/slipway `rm`<b>", "`?rm??b?` is not a command."],
  ])("%j is not understood", (body, reason) => {
    expect(readComment(body)).toEqual({ verb: "unknown", reason });
  });
});
