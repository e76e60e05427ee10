import {
  type ActionContext,
  aloneInputs,
  controlText,
  heldFor,
  holdsClaim,
  openRun,
  readInputs,
  saveArtifact,
  stageInputs,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import { ensureRelease, type GitHub } from "@slipway/github";
import {
  agentsText,
  artifactName,
  InternalError,
  newestVersionTag,
  nextVersion,
  noteSummary,
  plain,
  RefusalError,
  type Release,
  type ReleaseArtifact,
  type ReleaseCommit,
  type RunState,
  releaseEntry,
  releaseNotes,
  releaseSummary,
  rootOf,
  runStateOf,
} from "@slipway/model";
import { changesOf, onePerNode } from "./changes.ts";
import { type HandedNotes, withHandedNotes } from "./handed-notes.ts";

/** Makes what was merged a version: computed from its commits, published with notes, recorded. */
export async function release(context: ActionContext): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, stageInputs);
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const head = await run.head();
    const { state } = head;
    if (!heldFor(context, "The release stage", state.stages.release, inputs.claim)) {
      runner.info(`Nothing to release: the run is ${runStateOf(state)}.`);
      return;
    }
    const watch = watchControl(github, state.runId, head);
    const paused = async (): Promise<boolean> => {
      const control = await watch.look();
      if (control === "RUN") return false;
      const reason = `${controlText(control)} Nothing was released.`;
      await run.append((newest) =>
        holdsClaim(newest.stages.release, inputs.claim)
          ? [
              {
                type: "stage.released",
                stage: "release",
                claim: inputs.claim,
                reason,
                ...mayHaveNotes(newest),
              },
            ]
          : [],
      );
      runner.addSummary(noteSummary("Nothing was released", controlText(control)));
      // The turn tells what has come to rest; and goes on, where the run was resumed meanwhile.
      await run.advance();
      return true;
    };
    if (await paused()) return;
    const sha = rootOf(state)?.mergeSha;
    if (!sha) throw new InternalError("Nothing was merged, so nothing can be released.");
    const planned = await planRelease(github, state, sha);
    // A tag cannot be taken back: the last look before it.
    if (planned.release && (await paused())) return;
    const handed = planned.release
      ? await withHandedNotes(context, state.policy.release, {
          runId: state.runId,
          claim: inputs.claim,
          release: planned.release,
        })
      : NOTHING_HANDED;
    if (handed.release) {
      const { tag, sha, notes } = handed.release;
      await ensureRelease(github, { tag, sha, name: tag, body: notes });
    }
    await run.append((newest) =>
      holdsClaim(newest.stages.release, inputs.claim)
        ? [
            {
              type: "release.recorded",
              claim: inputs.claim,
              release: handed.release,
              reason: planned.reason,
              ...(handed.asked ?? {}),
            },
          ]
        : [],
    );
    runner.addSummary(releaseSummary(handed.release, planned.reason, wordedBy(handed)));
    await run.advance();
  });
}

const NOTHING_HANDED = { release: null, asked: null, why: null } as const;

const wordedBy = ({ asked, why }: Pick<HandedNotes, "asked" | "why">): string =>
  why === null ? agentsText(asked?.agents) : `The notes are the trace's own. ${plain(why)}`;

/** What an agent has worded for this claim is paid for: the next claim looks for it. */
const mayHaveNotes = ({ policy }: RunState): { brokeOff?: true } =>
  policy.release.notes === "agent" ? { brokeOff: true } : {};

/** For whoever wants to see what would be released now, or is to word its notes: nothing is made or recorded. */
export async function notes(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const { token, claim, "run-id": runId } = readInputs(runner, aloneInputs);
  await withGitHub(context, token, async (github) => {
    const state = await openRun(context, github, runId).read();
    const ref = `refs/heads/${state.integrationBranch}`;
    const sha = rootOf(state)?.mergeSha ?? (await github.git.lsRemote([ref])).get(ref);
    if (!sha)
      throw new RefusalError(
        `The integration branch ${state.integrationBranch} does not exist: was it deleted?`,
      );
    const planned = await planRelease(github, state, sha);
    const name = artifactName.release(claim ?? "alone");
    const document: ReleaseArtifact = { kind: "release", runId, ...planned };
    await saveArtifact(environment, name, [
      { name: "release.json", content: JSON.stringify(document) },
      { name: "notes.md", content: `${planned.release?.notes ?? planned.reason}\n` },
    ]);
    if (claim !== undefined) return;
    runner.addSummary(releaseSummary(planned.release, planned.reason));
    runner.addSummary(
      `\nAsked for alone, at ${sha.slice(0, 7)}: handed out as the artifact \`${name}\`; no tag and no release were made.`,
    );
  });
}

async function planRelease(
  github: GitHub,
  state: RunState,
  sha: string,
): Promise<{ release: Release | null; reason: string }> {
  const { tagPrefix, initialVersion } = state.policy.release;
  const tags = await github.git.lsRemote(["refs/tags/*"]);
  const names = [...tags.keys()]
    .filter((ref) => !ref.endsWith("^{}"))
    .map((ref) => ref.slice("refs/tags/".length));
  // A release of this very commit is this run's own, made before it was cut off.
  const own = names.find((name) => commitOf(tags, name) === sha && newestVersionTag([name], tagPrefix));
  const previous = newestVersionTag(
    names.filter((name) => name !== own),
    tagPrefix,
  );
  const commits = await commitsSince(
    github,
    state,
    previous ? { sha: commitOf(tags, previous.tag) } : null,
    sha,
  );
  const next = nextVersion(previous?.version ?? null, commits, initialVersion);
  if (!next) return { release: null, reason: "No commit since the last release reaches users." };
  const changes = onePerNode(state, commits);
  const entries = changes.map((change) => releaseEntry(state, change));
  const tag = `${tagPrefix}${next.version}`;
  const title = `## ${tag}${state.spec ? `: ${plain(state.spec.title)}` : ""}`;
  return {
    release: {
      version: next.version,
      tag,
      previousTag: previous?.tag ?? null,
      sha,
      bump: next.bump,
      entries,
      notes: releaseNotes(title, entries),
    },
    reason: `${next.bump} release from ${changes.length} changes.`,
  };
}

/** An annotated tag is listed twice: itself, and as `^{}` the commit that it names. */
function commitOf(tags: ReadonlyMap<string, string>, tag: string): string {
  return tags.get(`refs/tags/${tag}^{}`) ?? tags.get(`refs/tags/${tag}`) ?? "";
}

async function commitsSince(
  github: GitHub,
  state: RunState,
  tag: { sha: string } | null,
  sha: string,
): Promise<ReleaseCommit[]> {
  const since = tag?.sha ?? null;
  await github.git.ensureHistory(since === null ? [sha] : [sha, since]);
  return changesOf(state, await github.git.log(since, sha));
}
