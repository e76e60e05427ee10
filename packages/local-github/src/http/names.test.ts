import { expect, test } from "@jest/globals";
import { createNamedRequests, type Target, targetOf } from "./names.ts";

const CASES: readonly (readonly [string, string, Target])[] = [
  [
    "http://api.github.localhost/repos/a/b?x=1",
    "api.github.localhost",
    { kind: "named", path: "/api/v3/repos/a/b?x=1" },
  ],
  ["http://api.github.localhost/graphql", "api.github.localhost", { kind: "named", path: "/api/graphql" }],
  [
    "http://github.localhost/a/b.git/info/refs",
    "github.localhost",
    { kind: "named", path: "/a/b.git/info/refs" },
  ],
  ["http://GitHub.localhost:80/a", "x", { kind: "named", path: "/a" }],
  ["/repos/a/b", "api.github.localhost:4711", { kind: "named", path: "/api/v3/repos/a/b" }],
  // Engines reach the server under this name and a port: what they get names the port.
  ["/api/v3/user", "github.localhost:4711", { kind: "own", path: "/api/v3/user" }],
  ["/api/v3/user", "127.0.0.1:4711", { kind: "own", path: "/api/v3/user" }],
  ["http://127.0.0.1:4711/api/v3/user", "127.0.0.1:4711", { kind: "own", path: "/api/v3/user" }],
  ["http://example.com/x", "example.com", { kind: "foreign", host: "example.com" }],
];

test.each(CASES)("%s with host %s", (target, host, expected) => {
  expect(targetOf(target, host)).toEqual(expected);
});

async function dressed(url: string, body: unknown, headers: Record<string, string> = {}) {
  const names = createNamedRequests({ server: "http://127.0.0.1:4711", api: "http://127.0.0.1:4711/api/v3" });
  const request = { url, headers: {} } as Parameters<typeof names.admit>[0];
  names.admit(request);
  return names.answer(request, () => Response.json(body, { headers }));
}

const ISSUE = {
  url: "http://127.0.0.1:4711/api/v3/repos/a/b/issues/1",
  html_url: "http://127.0.0.1:4711/a/b/issues/1",
  body: "See http://127.0.0.1:4711/a/b and tell me",
};

test("an answer to a request by name has addresses by name, and texts as they were written", async () => {
  const link = '<http://127.0.0.1:4711/api/v3/repos/a/b/issues?page=2>; rel="next"';
  const response = await dressed("http://api.github.localhost/repos/a/b/issues", [ISSUE], { link });
  expect(response.headers.get("link")).toBe(
    '<http://api.github.localhost/repos/a/b/issues?page=2>; rel="next"',
  );
  expect(await response.json()).toEqual([
    {
      url: "http://api.github.localhost/repos/a/b/issues/1",
      html_url: "http://github.localhost/a/b/issues/1",
      body: ISSUE.body,
    },
  ]);
});

test("any other answer stays as it is; what is meant for another server is refused", async () => {
  expect(await (await dressed("/api/v3/repos/a/b/issues/1", ISSUE)).json()).toEqual(ISSUE);
  const foreign = await dressed("http://example.com/", ISSUE);
  expect([foreign.status, await foreign.text()]).toEqual([
    502,
    expect.stringContaining("no way to example.com"),
  ]);
});
