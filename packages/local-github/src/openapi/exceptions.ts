/**
 * Where GitHub's description says less, or other, than what GitHub does. Each entry with its reason; keep it small.
 *
 * One more exception has no entry here, since it is a matter of dialect (`schema.ts`): `oneOf` is read as `anyOf`.
 * The branches of many of GitHub's (a private and a public user, the kinds of content) overlap, so that GitHub's own
 * answers match several.
 */

/**
 * Answers that any route can give although the description names them only here and there. They are checked
 * against the shape that every GitHub error has.
 */
export const STATUS_EXCEPTIONS: readonly {
  readonly matches: (status: number) => boolean;
  readonly reason: string;
}[] = [
  { matches: (status) => status === 304, reason: "any GET with a matching If-None-Match" },
  {
    matches: (status) => status === 400,
    reason: "a body that is not JSON is refused before the route is reached",
  },
  { matches: (status) => status === 401, reason: "bad credentials are refused before the route is reached" },
  { matches: (status) => status === 403, reason: "missing permission, and primary or secondary rate limit" },
  { matches: (status) => status === 404, reason: "what the token may not see does not exist" },
  { matches: (status) => status === 422, reason: "validation, also where only success is described" },
  { matches: (status) => status === 429, reason: "rate limit" },
  { matches: (status) => status >= 500, reason: "any server can fail" },
];

/** Query parameters that every route takes. */
export const QUERY_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["page", "pagination is described per route and left out of some lists that have it"],
  ["per_page", "as page"],
]);

/** Query parameters whose described schema is not held against them, by operation and name. */
export const PARAMETER_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    "actions/list-workflow-runs-for-repo created",
    "described as one point in time; takes the ranges of a search, as its own prose says",
  ],
  ["actions/list-workflow-runs created", "as above"],
]);

/** Formats that are not held against a value. */
export const FORMAT_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["email", "a commit shows whatever its author wrote; GitHub's own bot has brackets in its address"],
]);

/** Only this much is certain of an error's body: `documentation_url` and `errors` come and go. */
export const ERROR_SCHEMA = {
  type: "object",
  required: ["message"],
  properties: { message: { type: "string" } },
} as const;
