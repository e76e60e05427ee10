import { isMap, isNode, isScalar, type Pair, parseDocument, type Scalar, visit, type YAMLMap } from "yaml";
import { rewriteForAct } from "./rewrite.ts";

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * A workflow or action file as this engine has act read it: with the two words that act does not know rewritten, and
 * with the other rewrites of `ACT_REWRITES`. Comments and all else stay as they are.
 */
export function rewriteForEngine(text: string, self: (path: string) => string): string {
  return withWorkarounds(rewriteForAct(text, self));
}

function withWorkarounds(text: string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const jobs = document.errors.length > 0 ? undefined : document.get("jobs");
  if (!isMap(jobs)) return text;
  const withOutputs = new Set<string>();
  const edits: Edit[] = [];
  /** What an expression of a matrix is to give when its JSON is empty. */
  const empty = new Map<Scalar, string>();
  for (const { key, value } of jobs.items) {
    if (!isScalar(key) || !isMap(value)) continue;
    if (value.has("outputs")) withOutputs.add(String(key.value));
    const strategy = value.get("strategy");
    if (!isMap(strategy)) continue;
    edits.push(...oneLegAtATime(strategy, text));
    const matrix = strategy.get("matrix", true);
    if (isScalar(matrix)) empty.set(matrix, "{}");
    else if (isNode(matrix)) visit(matrix, { Scalar: (_, scalar) => void empty.set(scalar, "[]") });
  }
  visit(jobs, {
    Pair: (_, pair) => {
      if (!isScalar(pair.value) || typeof pair.value.value !== "string") return;
      edits.push(...inExpressions(pair, pair.value, text, withOutputs, empty.get(pair.value)));
    },
  });
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((so, { from, to, text: by }) => so.slice(0, from) + by + so.slice(to), text);
}

function* oneLegAtATime(strategy: YAMLMap, text: string): Generator<Edit> {
  const set = strategy.items.find(({ key }) => isScalar(key) && key.value === "max-parallel");
  if (set !== undefined) {
    if (isScalar(set.value) && set.value.range) {
      yield { from: set.value.range[0], to: set.value.range[1], text: "1" };
    }
    return;
  }
  const first = strategy.items[0]?.key;
  if (!isScalar(first) || !first.range) return;
  const at = first.range[0];
  const indent = at - (text.lastIndexOf("\n", at - 1) + 1);
  const after = strategy.flow === true ? ", " : `\n${" ".repeat(indent)}`;
  yield { from: at, to: at, text: `max-parallel: 1${after}` };
}

const OUTPUT = /\bneeds\.([\w-]+)\.outputs\.[\w-]+/g;
const EXPRESSION = /\$\{\{[\s\S]*?\}\}/g;

function* inExpressions(
  { key }: Pair,
  value: Scalar,
  text: string,
  jobs: ReadonlySet<string>,
  empty: string | undefined,
): Generator<Edit> {
  if (!value.range) return;
  const [from, to] = value.range;
  const source = text.slice(from, to);
  const quote = value.type === "QUOTE_SINGLE" ? "''" : "'";
  const guarded = (expression: string): string =>
    (empty === undefined ? expression : neverEmpty(expression, `${quote}${empty}${quote}`)).replace(
      OUTPUT,
      (output, job: string) =>
        jobs.has(job)
          ? `(needs.${job}.result != ${quote}skipped${quote} && ${output} || ${quote}${quote})`
          : output,
    );
  const isCondition = isScalar(key) && key.value === "if";
  const by = isCondition && !source.includes("${{") ? guarded(source) : source.replace(EXPRESSION, guarded);
  if (by !== source) yield { from, to, text: by };
}

/** `fromJSON(x)` as `fromJSON(x || fallback)`. */
function neverEmpty(expression: string, fallback: string): string {
  return expression.replace(
    /\bfromJSON\(((?:[^()]|\([^()]*\))*)\)/gi,
    (_, given: string) => `fromJSON(${given} || ${fallback})`,
  );
}
