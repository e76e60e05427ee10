import { describe, expect, test } from "@jest/globals";
import { readGitHubDescription } from "./document.ts";
import { createOpenApiValidator, type Exchange } from "./validator.ts";

const validator = createOpenApiValidator();

const label = {
  id: 3100000001,
  node_id: "LA_x",
  url: "https://api.github.com/repos/o/r/labels/bug",
  name: "bug",
  description: null,
  color: "f29513",
  default: true,
};

function exchange(change: Partial<Exchange>): Exchange {
  return {
    method: "GET",
    path: "/repos/o/r/labels/bug",
    query: {},
    status: 200,
    responseBody: label,
    ...change,
  };
}

describe("routes", () => {
  test.each([
    ["GET", "/repos/o/r/issues/7", "issues/get", { issue_number: "7" }],
    ["GET", "/repos/o/r/issues/comments/7", "issues/get-comment", { comment_id: "7" }],
    ["GET", "/repos/o/r/pulls/comments", "pulls/list-review-comments-for-repo", {}],
    ["GET", "/repos/o/r/git/ref/heads/feature/3-a", "git/get-ref", { ref: "heads/feature/3-a" }],
    ["PATCH", "/repos/o/r/git/refs/slipway/runs/r-1", "git/update-ref", { ref: "slipway/runs/r-1" }],
    ["GET", "/repos/o/r/commits/task%2F4-b", "repos/get-commit", { ref: "task/4-b" }],
    ["GET", "/repos/o/r/commits/task/4-b/check-runs", "checks/list-for-ref", { ref: "task/4-b" }],
    [
      "GET",
      "/repos/o/r/compare/main...task/4-b",
      "repos/compare-commits-with-basehead",
      { basehead: "main...task/4-b" },
    ],
    ["GET", "/repos/o/r/contents/", "repos/get-content", { path: "" }],
    ["GET", "/repos/o/r/contents/src/a%20b.ts", "repos/get-content", { path: "src/a b.ts" }],
    [
      "DELETE",
      "/repos/o/r/issues/1/dependencies/blocked_by/9",
      "issues/remove-dependency-blocked-by",
      { issue_id: "9" },
    ],
  ])("%s %s is %s", (method, path, operationId, params) => {
    const found = validator.match(method, path);
    expect(found?.operationId).toBe(operationId);
    expect(found?.params).toMatchObject(params);
  });

  test("a route that GitHub does not have is an error that says what to do", () => {
    expect(validator.hasRoute("GET", "/repos/o/r/nonsense")).toBe(false);
    expect(validator.hasRoute("DELETE", "/repos/o/r/issues/1")).toBe(false);
    expect(validator.check(exchange({ path: "/repos/o/r/nonsense" }))).toEqual([
      expect.stringMatching(/^GET \/repos\/o\/r\/nonsense: no such route .*operations\.json/),
    ]);
  });
});

describe("what is checked", () => {
  test("a valid exchange has no problems", () => {
    expect(validator.check(exchange({}))).toEqual([]);
  });

  test("the response body, by JSON pointer", () => {
    expect(validator.check(exchange({ responseBody: { ...label, id: "1", default: undefined } }))).toEqual([
      "issues/get-label 200 response /: must have 'default'",
      'issues/get-label 200 response /id: must be integer, not "1"',
    ]);
    const { color: _, ...colourless } = label;
    expect(validator.check(exchange({ responseBody: colourless }))).toEqual([
      "issues/get-label 200 response /: must have 'color'",
    ]);
    expect(validator.check(exchange({ responseBody: undefined }))).toEqual([
      "issues/get-label 200 response: must have a body",
    ]);
  });

  test("a nullable reference takes null and says what is wrong with anything else", () => {
    const comment = {
      id: 1, node_id: "IC_1", url: "https://x/1", html_url: "https://x/1", issue_url: "https://x/1", user: null,
      created_at: "2026-11-20T10:00:00Z", updated_at: "2026-11-20T10:00:00Z", author_association: "NONE", body: "b",
      performed_via_github_app: null,
    }; // biome-ignore format: one record
    const path = "/repos/o/r/issues/comments/1";
    expect(validator.check(exchange({ path, responseBody: comment }))).toEqual([]);
    expect(validator.check(exchange({ path, responseBody: { ...comment, user: 5 } }))).toEqual([
      "issues/get-comment 200 response /user: must be object or null, not 5",
    ]);
    expect(
      validator.check(exchange({ path, responseBody: { ...comment, created_at: "yesterday" } })),
    ).toEqual([
      'issues/get-comment 200 response /created_at: must match format "date-time", not "yesterday"',
    ]);
  });

  test("the request body: required, its members, unknown ones where they are forbidden", () => {
    const request = { method: "POST", path: "/repos/o/r/dispatches", status: 204, responseBody: undefined };
    expect(validator.check(exchange({ ...request, requestBody: { event_type: "go" } }))).toEqual([]);
    expect(validator.check(exchange(request))).toEqual([
      "repos/create-dispatch-event request body: is required",
    ]);
    expect(validator.check(exchange({ ...request, requestBody: { event_type: "x".repeat(101) } }))).toEqual([
      expect.stringContaining("request body /event_type: must NOT have more than 100 characters"),
    ]);
    expect(
      validator.check(exchange({ ...request, requestBody: { event_type: "go", client_payload: [1] } })),
    ).toEqual([expect.stringContaining("/client_payload: must be object")]);
    expect(validator.check(exchange({ requestBody: { a: 1 } }))).toEqual([
      "issues/get-label request body: this route takes none",
    ]);
    const merge = { method: "PUT", path: "/repos/o/r/pulls/1/update-branch", status: 202, responseBody: {} };
    expect(validator.check(exchange({ ...merge, requestBody: { expected_head_sha: 3 } }))).toEqual([
      expect.stringContaining("request body /expected_head_sha: must be string"),
    ]);
  });

  test("path and query parameters, which are text", () => {
    const list = { path: "/repos/o/r/issues", responseBody: [] };
    expect(
      validator.check(exchange({ ...list, query: { state: "all", per_page: "100", page: "2" } })),
    ).toEqual([]);
    expect(validator.check(exchange({ ...list, query: { state: "every", lables: "a" } }))).toEqual([
      expect.stringContaining("query parameter 'state': must be one of"),
      "issues/list-for-repo query parameter 'lables': this route has none of that name",
    ]);
    expect(
      validator.check(exchange({ path: "/search/issues", responseBody: undefined, status: 304 })),
    ).toEqual(["search/issues-and-pull-requests query parameter 'q': is required"]);
    expect(
      validator.check(exchange({ path: "/repos/o/r/issues/one", status: 304, responseBody: undefined })),
    ).toEqual([`issues/get path parameter 'issue_number': must be integer, not "one"`]);
  });

  test("the status: described, a documented exception with an error's body, or wrong", () => {
    expect(validator.check(exchange({ status: 202 }))).toEqual([
      "issues/get-label 202 response: the description knows only 200, 404 here",
    ]);
    expect(validator.check(exchange({ status: 429, responseBody: { message: "slow down" } }))).toEqual([]);
    expect(validator.check(exchange({ status: 401, responseBody: { error: "no" } }))).toEqual([
      "issues/get-label 401 response /: must have 'message'",
    ]);
    expect(validator.check(exchange({ status: 502, responseBody: "<html>" }))).toEqual([]);
    expect(
      validator.check(exchange({ method: "DELETE", status: 204, responseBody: { gone: true } })),
    ).toEqual(["issues/delete-label 204 response: must have no body"]);
  });

  test("a refusal: as it is described, and never without its message", () => {
    const refused = { status: 404, responseBody: { message: "Not Found", documentation_url: "https://x" } };
    expect(validator.check(exchange(refused))).toEqual([]);
    expect(validator.check(exchange({ ...refused, responseBody: { message: 404 } }))).toEqual([
      "issues/get-label 404 response /message: must be string, not 404",
    ]);
    expect(validator.check(exchange({ ...refused, responseBody: {} }))).toEqual([
      "issues/get-label 404 response /: must have 'message'",
    ]);
    const invalid = { method: "POST", path: "/repos/o/r/labels", requestBody: { name: "a" }, status: 422 };
    expect(validator.check(exchange({ ...invalid, responseBody: { message: "no", errors: [{}] } }))).toEqual([
      expect.stringContaining("issues/create-label 422 response"),
      expect.stringContaining("issues/create-label 422 response"),
    ]);
  });

  test("a redirect carries the described Location", () => {
    const path = "/repos/o/r/actions/artifacts/1/zip";
    const redirect = { path, status: 302, responseBody: undefined };
    expect(validator.check(exchange({ ...redirect, responseHeaders: {} }))).toEqual([
      "actions/download-artifact 302 response header Location: is missing",
    ]);
    expect(validator.check(exchange({ ...redirect, responseHeaders: { location: "https://x/y" } }))).toEqual(
      [],
    );
  });

  test("another media type than JSON is no wrong JSON", () => {
    const responseHeaders = { "content-type": "application/vnd.github.diff; charset=utf-8" };
    expect(
      validator.check(
        exchange({ path: "/repos/o/r/pulls/1", responseHeaders, responseBody: "diff --git a/a b/a" }),
      ),
    ).toEqual([]);
  });
});

test("every operation named in the list is there, and every schema compiles", () => {
  const fresh = createOpenApiValidator();
  for (const [template, item] of Object.entries(readGitHubDescription().paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const path = template.replaceAll(/\{(\w*(?:id|number))\}/g, "1").replaceAll(/\{\w+\}/g, "x");
      expect(fresh.match(method, path)?.operationId).toBe(operation.operationId);
      for (const status of Object.keys(operation.responses)) {
        fresh.check({ method, path, query: {}, status: Number(status), requestBody: {}, responseBody: {} });
      }
    }
  }
});
