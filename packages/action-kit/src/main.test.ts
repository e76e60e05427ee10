import { describe, expect, test } from "@jest/globals";
import { explainError } from "./main.ts";

/** A failed request as Octokit throws it; without a status of its own no answer arrived. */
function failed(status: number, message: string, answered = true): Error {
  return Object.assign(new Error(message), {
    name: "HttpError",
    status,
    request: { method: "POST", url: "https://api.github.com/repos/octo/clock/pulls" },
    ...(answered ? { response: { headers: {}, data: {} } } : {}),
  });
}

describe("a request that failed is named", () => {
  test("a refusal says what was refused, and keeps its trace for a report", () => {
    const error = failed(422, "Validation Failed - https://docs.github.com/rest");
    expect(explainError(error)).toEqual({
      title: "GitHub refused a request",
      text: "POST /repos/octo/clock/pulls: GitHub answered 422: Validation Failed.",
      trace: error.stack,
    });
  });

  test.each([
    [failed(503, "Service Unavailable"), "GitHub answered 503: Service Unavailable."],
    [failed(500, "fetch failed", false), "no answer of GitHub's arrived: fetch failed."],
  ])("an answer that is none says how it goes on", (error, said) => {
    expect(explainError(error)).toEqual({
      title: "GitHub did not answer",
      text: `POST /repos/octo/clock/pulls: ${said} What was done stays: the run goes on with its next event, or with \`retry\`.`,
    });
  });

  test("anything else is ours", () => {
    expect(explainError(new TypeError("x is not a function"))).toMatchObject({ title: "A fault in Slipway" });
  });
});
