/** End states without what tells of the way to them only. Pure. */
import type { Difference, Value } from "./differences.ts";
import type { EndState } from "./end-state.ts";

/** The branch of a node that is merged into its parent's. */
const OF_A_CHILD = /^refs\/heads\/(?:feature|task|defect)\//;

/**
 * An end state without the order in which siblings came to be merged: whoever was held up comes later, so that another
 * branch has been brought up to date with the other's change, and the release's notes tell them the other way round.
 */
function withoutOrder<State extends Pick<EndState, "refs" | "releases">>(state: State): State {
  const refs = Object.entries(state.refs ?? {}).map(([name, tree]) => [
    name,
    OF_A_CHILD.test(name) ? "a branch" : tree,
  ]);
  const releases = (Array.isArray(state.releases) ? state.releases : []).map(
    (release: { body?: unknown }) => ({
      ...release,
      body: String(release.body ?? "")
        .split("\n")
        .sort()
        .join("\n"),
    }),
  );
  return { ...state, refs: Object.fromEntries(refs), releases };
}

/**
 * What the status comment tells of the way: a loss that was made good, and what it cost where it was paid again; a pull
 * request tells the latter of its change.
 */
const REPAIRED = /\n\n### Noticed and repaired\n\n- .*(?:\n- .*)*/g;
const EVENTS = /\bevent [\d,]+ of the ledger/g;
const USAGE =
  /[\d,]+ model calls? · \S+ input tokens?[^·\n]*· \S+ output tokens?(?: · (?:less than )?\$[\d,.]*\d)?/g;

function withoutWay(value: Value, isPaidAlike: boolean): Value {
  if (typeof value === "string") {
    const text = value.replace(REPAIRED, "").replace(EVENTS, "<event>");
    return isPaidAlike ? text : text.replace(USAGE, "<usage>");
  }
  if (Array.isArray(value)) return value.map((item: Value) => withoutWay(item, isPaidAlike));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutWay(inner, isPaidAlike)]),
  );
}

/**
 * What two runs of one idea have in common, whatever happened on the way. How often the model was asked is judged apart.
 *
 * @param isPaidAlike the model was asked as often as in the other run, so that what it cost is the same
 */
export function comparable({ modelCalls: _, ...rest }: EndState, isPaidAlike = false): Value {
  const orderless = withoutOrder(rest);
  const { issues, pulls } = orderless;
  return {
    ...orderless,
    issues: withoutWay(issues, isPaidAlike),
    pulls: withoutWay(pulls, isPaidAlike),
  } as Value;
}

/**
 * An attempt that failed is shown to people: by its verdict, by the review of its change, by a comment on its issue. None
 * of them may be there twice for the same change, which `twinsOf` tells.
 */
const TRACES = [
  /^checks .*"of":"<run>\/(?<nodeId>\w+)"/,
  /^pulls\/pull of (?<nodeId>\w+)\/reviews .*<!-- slipway:review /,
  /^issues\/(?<nodeId>\w+)\/comments .*<!-- slipway:node /,
];

/**
 * Whether something is there beside what the reference has because an attempt failed, and is to stay there.
 *
 * @param failed whether an attempt at this node did
 */
export function isTrace({ kind, path, found }: Difference, failed: (nodeId: string) => boolean): boolean {
  const told = `${path} ${JSON.stringify(found ?? "")}`;
  return kind === "doubled" && TRACES.some((trace) => failed(trace.exec(told)?.groups?.nodeId ?? ""));
}
