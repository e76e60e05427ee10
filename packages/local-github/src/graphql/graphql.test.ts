import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "graphql";
import {
  createWorld,
  field,
  type Reply,
  type TestRepository,
  text,
  type World,
  WRITE,
} from "../../testing/world.ts";
import { costOf } from "./cost.ts";

let world: World;
let repository: TestRepository;
let secret: TestRepository;

beforeAll(async () => {
  world = await createWorld({ rateLimit: { enforce: true, limits: { job: 3 } } });
  repository = await world.repository({ "a.txt": "one\n" });
  secret = await world.repository({ "a.txt": "one\n" }, "private");
  await repository.branch("topic", { "b.txt": "two\n" });
  for (const title of ["one", "two", "three"]) await repository.api("POST", "/issues", { title });
  await repository.api("POST", "/issues/1/sub_issues", {
    sub_issue_id: field(await repository.api("GET", "/issues/2"), "id"),
  });
  await repository.pull("topic", { body: "fixes #3" });
  await secret.api("POST", "/issues", { title: "hidden" });
});

afterAll(() => world.close());

async function ask(
  query: string,
  variables: object = {},
  token: string | null = world.owner,
): Promise<Reply> {
  const response = await fetch(world.local.graphqlUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const on = (name: string, selection: string) =>
  `{ repository(owner: "acme", name: "${name}") { ${selection} } }`;
const last = () => world.local.journal.at(-1);
const accept = (path: RegExp) => world.expectErrors((entry) => path.test(JSON.stringify(entry.requestBody)));

describe("reading", () => {
  test("issues with their order, pages, parents and what closes them", async () => {
    const query = on(
      repository.name,
      "issues(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { totalCount nodes { number } pageInfo { hasNextPage endCursor } } " +
        "issue(number: 2) { parent { number subIssues(first: 1) { nodes { title } } } } " +
        "three: issue(number: 3) { closedByPullRequestsReferences(first: 5) { nodes { number state } } }",
    );
    const first = await ask(query);
    expect(field(first, "data.repository")).toMatchObject({
      issues: { totalCount: 3, nodes: [{ number: 3 }, { number: 2 }], pageInfo: { hasNextPage: true } },
      issue: { parent: { number: 1, subIssues: { nodes: [{ title: "two" }] } } },
      three: { closedByPullRequestsReferences: { nodes: [{ number: 4, state: "OPEN" }] } },
    });
    const after = text(first, "data.repository.issues.pageInfo.endCursor");
    const next = await ask(
      `query Next($after: String) ${on(repository.name, "issues(first: 2, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { number } pageInfo { hasNextPage hasPreviousPage } edges { node { number } } }")}`,
      { after },
    );
    expect(field(next, "data.repository.issues")).toEqual({
      nodes: [{ number: 1 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
      edges: [{ node: { number: 1 } }],
    });
    expect(last()).toMatchObject({
      kind: "graphql",
      route: "graphql Next",
      status: 200,
      errors: [],
      actor: "acme",
    });
  });

  test("the same node ids as by REST", async () => {
    const id = text(await repository.api("GET", "/issues/1"), "node_id");
    expect(
      field(
        await ask("query ($id: ID!) { node(id: $id) { id ... on Issue { title } } }", { id }),
        "data.node",
      ),
    ).toEqual({
      id,
      title: "one",
    });
  });

  test("of several nodes, one that is not there is null and told for itself", async () => {
    const id = text(await repository.api("GET", "/issues/1"), "node_id");
    const reply = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: [id, "I_x"] });
    expect(field(reply, "data.nodes")).toEqual([{ id }, null]);
    expect(field(reply, "errors")).toMatchObject([{ type: "NOT_FOUND", path: ["nodes", 1] }]);
  });

  test("what cannot be found or seen is NOT_FOUND, and null", async () => {
    for (const [query, message] of [
      [on("nothing", "id"), "Could not resolve to a Repository with the name 'acme/nothing'."],
      [on(repository.name, "issue(number: 4) { id }"), "Could not resolve to an Issue with the number of 4."],
      ['{ node(id: "I_x") { id } }', "Could not resolve to a node with the global id of 'I_x'"],
    ] as const) {
      const reply = await ask(query);
      expect(reply.status).toBe(200);
      expect(field(reply, "errors.0")).toMatchObject({ type: "NOT_FOUND", message });
    }
    const stranger = world.local.mintUserToken("stranger");
    expect(field(await ask(on(secret.name, "id"), {}, stranger), "errors.0.type")).toBe("NOT_FOUND");
  });

  test("a page needs bounds, and at most a hundred", async () => {
    const without = await ask(on(repository.name, "issues { nodes { id } }"));
    expect(field(without, "errors.0.type")).toBe("MISSING_PAGINATION_BOUNDARIES");
    expect(
      field(await ask(on(repository.name, "issues { totalCount }")), "data.repository.issues.totalCount"),
    ).toBe(3);
    const much = await ask(on(repository.name, "issues(first: 101) { nodes { id } }"));
    expect(field(much, "errors.0.type")).toBe("EXCESSIVE_PAGINATION");
  });
});

describe("what is not there", () => {
  beforeAll(() => accept(/projectsUrl|enterprise|nothing|lorem|{ repo/));

  test.each([
    ["{ nothing }", "Field 'nothing' doesn't exist on type 'Query'", "undefinedField"],
    [
      '{ enterprise(slug: "x") { id } }',
      "Field 'enterprise' of type 'Query' is GitHub's, but is not served here.",
      "notServed",
    ],
    [
      "{ viewer { projectsUrl } }",
      "Field 'projectsUrl' of type 'User' is GitHub's, but is not served here.",
      "notServed",
    ],
  ])("%s is told by type and field, in the answer and the journal", async (query, message, code) => {
    const reply = await ask(query);
    expect(field(reply, "errors.0")).toMatchObject({ message, extensions: { code } });
    expect(last()?.errors).toEqual([message]);
  });

  test("a query that cannot be read, and variables of a wrong type", async () => {
    expect(field(await ask("{ repo"), "errors.0.message")).toMatch("Syntax Error");
    expect(last()?.errors).toHaveLength(1);
    const wrong = await ask("query lorem($id: ID!) { node(id: $id) { id } }", { id: [1] });
    expect(field(wrong, "errors.0.message")).toMatch(/Variable "\$id"/);
    expect(last()?.errors).toHaveLength(1);
  });
});

describe("who asks", () => {
  test("nobody, and bad credentials, are 401", async () => {
    const nobody = await ask("{ viewer { login } }", {}, null);
    expect([nobody.status, field(nobody, "message")]).toEqual([
      401,
      "This endpoint requires you to be authenticated.",
    ]);
    expect((await ask("{ viewer { login } }", {}, "ghp_x")).status).toBe(401);
  });

  test("a job's token reads and writes what its permissions say, a thousand points an hour", async () => {
    const job = world.job(secret.name, { issues: "read" });
    expect(
      field(
        await ask(on(secret.name, "issue(number: 1) { title }"), {}, job.token),
        "data.repository.issue.title",
      ),
    ).toBe("hidden");
    const pulls = await ask(on(secret.name, "pullRequests { totalCount }"), {}, job.token);
    expect(field(pulls, "errors.0")).toMatchObject({
      type: "FORBIDDEN",
      message: "Resource not accessible by integration",
    });
    const subjectId = text(await secret.api("GET", "/issues/1"), "node_id");
    const mutation =
      'mutation ($subjectId: ID!) { addComment(input: {subjectId: $subjectId, body: "x"}) { subject { id } } }';
    const refused = await ask(mutation, { subjectId }, job.token);
    expect(field(refused, "errors.0.type")).toBe("FORBIDDEN");
    expect([
      refused.headers.get("x-ratelimit-resource"),
      refused.headers.get("x-ratelimit-remaining"),
    ]).toEqual(["graphql", "0"]);
    const over = await ask("{ rateLimit { cost } }", {}, job.token);
    expect([over.status, field(over, "errors.0.type"), last()?.refused]).toEqual([
      200,
      "RATE_LIMITED",
      "primary",
    ]);
    // The budget of the REST API is another.
    expect((await world.api(job.token, "GET", `${secret.path}/issues/1`)).status).toBe(200);
  });

  test("viewer is the person, or the bot behind a job's token", async () => {
    expect(field(await ask("{ viewer { login } }"), "data.viewer.login")).toBe("acme");
    const { token } = world.job(repository.name, {});
    expect(field(await ask("{ viewer { login } }", {}, token), "data.viewer.login")).toBe(
      "github-actions[bot]",
    );
  });

  test("rateLimit tells what the query costs", async () => {
    const reply = await ask(
      `{ rateLimit { cost limit nodeCount } ${on(repository.name, "issues(first: 100) { nodes { comments(first: 10) { totalCount } } }").slice(1)}`,
    );
    expect(field(reply, "data.rateLimit")).toEqual({ cost: 1, limit: 5000, nodeCount: 1100 });
  });
});

describe("the examples of GitHub's page on limits", () => {
  test("22,060 nodes", () => {
    const query = `query { viewer { repositories(first: 50) { edges { repository: node { pullRequests(first: 20) { edges { pullRequest: node {
      comments(first: 10) { edges { comment: node { body } } } } } } issues(first: 20) { edges { issue: node { comments(first: 10) {
      edges { comment: node { body } } } } } } } } } followers(first: 10) { edges { follower: node { login } } } } }`;
    expect(costOf(parse(query), {}).nodes).toBe(22_060);
  });

  test("5,101 requests are 51 points", () => {
    const query = `query ($n: Int!) { viewer { repositories(first: $n) { edges { node { issues(first: 50) { edges { node {
      labels(first: 60) { edges { node { name } } } } } } } } } } }`;
    expect(costOf(parse(query), { n: 100 }).points).toBe(51);
  });
});

describe("changing", () => {
  test("is what the REST route does, events included", async () => {
    const repositoryId = text(await world.api(world.owner, "GET", repository.path), "node_id");
    const seen = world.events.length;
    const made = await ask(
      'mutation ($repositoryId: ID!) { createIssue(input: {repositoryId: $repositoryId, title: "made", clientMutationId: "m"}) { clientMutationId issue { id number author { login } } } }',
      { repositoryId },
    );
    expect(field(made, "data.createIssue")).toMatchObject({
      clientMutationId: "m",
      issue: { author: { login: "acme" } },
    });
    expect(world.events.slice(seen).map(({ name }) => name)).toEqual(["issues"]);
    const issueId = text(made, "data.createIssue.issue.id");
    const closed = await ask(
      "mutation ($issueId: ID!) { closeIssue(input: {issueId: $issueId, stateReason: NOT_PLANNED}) { issue { state stateReason } } }",
      { issueId },
    );
    expect(field(closed, "data.closeIssue.issue")).toEqual({ state: "CLOSED", stateReason: "NOT_PLANNED" });
  });

  test("a job's token changes what it may", async () => {
    const job = world.job(repository.name, WRITE);
    const subjectId = text(await repository.api("GET", "/issues/1"), "node_id");
    const done = await ask(
      'mutation ($subjectId: ID!) { addComment(input: {subjectId: $subjectId, body: "x"}) { commentEdge { node { author { __typename login } } } } }',
      { subjectId },
      job.token,
    );
    expect(field(done, "data.addComment.commentEdge.node.author")).toEqual({
      __typename: "Bot",
      login: "github-actions",
    });
  });

  test("a refusal has GitHub's words", async () => {
    const pullRequestId = text(await repository.api("GET", "/pulls/4"), "node_id");
    const own = await ask(
      "mutation ($pullRequestId: ID!) { addPullRequestReview(input: {pullRequestId: $pullRequestId, event: APPROVE}) { clientMutationId } }",
      { pullRequestId },
    );
    expect(field(own, "errors.0")).toMatchObject({
      type: "UNPROCESSABLE",
      message: "Can not approve your own pull request",
      path: ["addPullRequestReview"],
    });
    expect(last()?.errors).toEqual([]);
  });
});
