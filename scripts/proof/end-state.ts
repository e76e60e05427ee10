/**
 * What is left of a run, so that two of the same idea can be compared: everything that a person or a program could
 * see, without what has to differ (ids, commits, times). Read from the local GitHub's own record and from Git, so that
 * neither paging nor faults come in between.
 */
import type { LocalGitHub } from "@slipway/local-github";
import { foldEvents, type RunState, runStateOf } from "@slipway/model";
import { createLedgerReader } from "../../packages/cli/src/follow/ledger.ts";
import type { ModelExchange } from "../../packages/cli/src/start/scripted-model.ts";
import { git } from "../../tests/e2e/support.ts";
import type { Value } from "./differences.ts";
import { type Plain, plainTexts } from "./text.ts";
import { itemNames, readItems } from "./views.ts";

export interface EndState {
  /** `DONE`, `PAUSED`, …; `none` where there is no ledger. */
  readonly run: string;
  /** The fold of the ledger. */
  readonly fold: Value;
  /** Tree of the integration branch: mode and blob by path. */
  readonly tree: Value;
  /** Subjects and trailers of the commits on the integration branch, merges among them. */
  readonly commits: Value;
  /** Branches, tags and ledgers that are left, with the tree of each. */
  readonly refs: Value;
  readonly labels: Value;
  readonly issues: Value;
  readonly pulls: Value;
  readonly checks: Value;
  readonly releases: Value;
  /** How often the model was asked, by stage and node: `execute T1`. */
  readonly modelCalls: Readonly<Record<string, number>>;
}

export interface EndStateSource {
  readonly github: LocalGitHub;
  readonly repository: { readonly owner: string; readonly name: string };
  /** The bare repository under work. */
  readonly bare: string;
  readonly runId: string;
  readonly exchanges: readonly ModelExchange[];
}

export async function readEndState(source: EndStateSource): Promise<EndState> {
  const { github, bare, runId } = source;
  const repository = github.repository(source.repository);
  const events = await createLedgerReader(bare, runId).read();
  const state = events.length === 0 ? null : foldEvents(null, events);
  const items = itemNames([...repository.issues.values()]);
  const url = new URL(github.url);
  const plain = plainTexts({
    runId,
    items,
    objects: objectsOf(bare),
    servers: [url.origin, url.origin.replace("127.0.0.1", "github.localhost")],
  });
  const branch = state?.integrationBranch ?? repository.defaultBranch;
  return {
    run: state ? runStateOf(state) : "none",
    fold: state ? foldOf(state, plain) : null,
    tree: treeOf(bare, branch),
    commits: commitsOf(bare, branch, plain),
    refs: refsOf(bare, plain),
    labels: [...repository.labels.values()].map(({ name, color, description }) => ({
      name,
      color,
      description,
    })),
    ...readItems(repository, items, plain),
    checks: repository.checkRuns
      .map((check) => ({
        of: plain(check.externalId),
        name: check.name,
        status: check.status,
        conclusion: check.conclusion,
        title: plain(check.output.title ?? ""),
        summary: plain(check.output.summary ?? ""),
        text: plain(check.output.text ?? ""),
      }))
      .map((check): Value => check),
    releases: repository.releases.map((release) => ({
      tag: release.tagName,
      name: release.name,
      body: plain(release.body ?? ""),
      draft: release.draft,
      prerelease: release.prerelease,
    })),
    modelCalls: callsOf(source.exchanges),
  };
}

/** Parts of the state that tell how it came about, not what came of it. */
const OF_THE_WAY = new Set([
  "approval", // carries a commit; who approved is in the ledger's events
  "attempts",
  "claims",
  "dispatchIds",
  "failures",
  "id",
  "lease",
  "limitedUntil",
  "notes",
  "number",
  "observedAt",
  "pull",
  "resumedAt",
  "runId",
  "seconds",
  "seq",
  "statusComment", // an id; the comment itself is among those of its issue
  "trouble",
  "usage",
]);
const TIME = /^(?:at|.*At)$/;

/** The state without times, ids and counts of attempts; a blocked node keeps its trouble, which is its reason. */
function foldOf(state: RunState, plain: Plain): Value {
  return strip(JSON.parse(JSON.stringify(state)) as Value, plain);
}

function strip(value: Value, plain: Plain): Value {
  if (typeof value === "string") return plain(value);
  if (Array.isArray(value)) {
    const items: readonly Value[] = value;
    const names = items.map(nameOf);
    // Told by name, a difference is found in its place rather than as one item lost and another too much.
    if (items.length === 0 || names.includes(undefined) || new Set(names).size < names.length)
      return items.map((item) => strip(item, plain));
    return Object.fromEntries(items.map((item, index) => [names[index], strip(item, plain)]));
  }
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(
    ([key]) => (!OF_THE_WAY.has(key) || (key === "trouble" && value.status === "BLOCKED")) && !TIME.test(key),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner, plain)]));
}

/** The name of an item of the state: a node by its id, a gate by its own, evidence by its kind. */
function nameOf(item: Value): string | undefined {
  if (!isRecord(item)) return undefined;
  const name = isRecord(item.plan ?? null) ? nameOf(item.plan ?? null) : (item.id ?? item.name ?? item.kind);
  return typeof name === "string" ? name : undefined;
}

const isRecord = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const lines = (text: string) => text.split("\n").filter(Boolean);

function treeOf(bare: string, branch: string): Value {
  return Object.fromEntries(
    lines(git(bare, "ls-tree", "-r", `refs/heads/${branch}`)).map((line) => {
      const [entry = "", path = ""] = line.split("\t");
      return [path, entry];
    }),
  );
}

function commitsOf(bare: string, branch: string, plain: Plain): Value {
  const format = "--format=%P%x1f%an%x1f%B%x1e";
  return git(bare, "log", format, `refs/heads/${branch}`)
    .split("\x1e")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [parents = "", author = "", message = ""] = entry.split("\x1f");
      return `${parents.split(" ").filter(Boolean).length} ${author}: ${plain(message.trim())}`;
    });
}

function refsOf(bare: string, plain: Plain): Value {
  const entries = lines(git(bare, "for-each-ref", "--format=%(refname) %(objectname)")).map((line) => {
    const [name = "", sha = ""] = line.split(" ");
    // A ledger's tree holds times; its content is compared as the fold. GitHub keeps the pull requests' own refs.
    if (name.startsWith("refs/slipway/")) return [plain(name), "ledger"];
    return [plain(name), git(bare, "rev-parse", `${sha}^{tree}`)];
  });
  return Object.fromEntries(entries.filter(([name = ""]) => !name.startsWith("refs/pull/")));
}

const objectsOf = (bare: string) =>
  new Set(
    lines(git(bare, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"))
      .filter((line) => !line.startsWith("blob "))
      .map((line) => line.split(" ")[1] ?? ""),
  );

/** What each request was for, as the suite itself says it in the first lines of its message. */
function callsOf(exchanges: readonly ModelExchange[]): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { request } of exchanges) {
    const text = JSON.stringify(request ?? "");
    const stage = /Slipway stage: ([\w.-]+)/.exec(text)?.[1] ?? "unknown";
    const node = /Slipway node: ([\w.-]+)/.exec(text)?.[1];
    const key = node === undefined ? stage : `${stage} ${node}`;
    calls[key] = (calls[key] ?? 0) + 1;
  }
  return calls;
}
