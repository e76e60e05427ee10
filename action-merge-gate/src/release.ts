import {
  type ActionContext,
  holdsClaim,
  openRun,
  readInputs,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import { ensureRelease, type GitHub } from "@slipway/github";
import {
  InternalError,
  newestVersionTag,
  nextVersion,
  type Release,
  type ReleaseCommit,
  type RunState,
  releaseEntry,
  releaseNotes,
  rootOf,
  runStateOf,
  treeOf,
} from "@slipway/model";
import { readCommit } from "./read-commit.ts";

/** Makes what was merged a version: computed from its commits, published with notes, recorded. */
export async function release(context: ActionContext): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, stageInputs);
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const state = await run.read();
    if (!holdsClaim(state.stages.release, inputs.claim)) {
      runner.info(`Nothing to release: the run is ${runStateOf(state)}.`);
      return;
    }
    if (state.control !== "RUN") {
      await run.append(() => [
        {
          type: "stage.released",
          stage: "release",
          claim: inputs.claim,
          reason: `The run is ${runStateOf(state)}.`,
        },
      ]);
      return;
    }
    const planned = await planRelease(github, state);
    if (planned.release) {
      const { tag, sha, notes } = planned.release;
      await ensureRelease(github, { tag, sha, name: tag, body: notes });
    }
    const after = await run.append((newest) =>
      holdsClaim(newest.stages.release, inputs.claim)
        ? [
            {
              type: "release.recorded",
              claim: inputs.claim,
              release: planned.release,
              reason: planned.reason,
            },
          ]
        : [],
    );
    runner.addSummary(
      planned.release
        ? `## ${planned.release.tag}\n\n${planned.release.notes}`
        : `### No release\n\n${planned.reason}`,
    );
    if (after.control === "RUN") await run.advance();
  });
}

async function planRelease(
  github: GitHub,
  state: RunState,
): Promise<{ release: Release | null; reason: string }> {
  const { tagPrefix, initialVersion } = state.policy.release;
  const sha = rootOf(treeOf(state.nodes))?.mergeSha;
  if (!sha) throw new InternalError("Nothing was merged, so nothing can be released.");
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
  const commits = await commitsSince(github, previous ? { sha: commitOf(tags, previous.tag) } : null, sha);
  const next = nextVersion(previous?.version ?? null, commits, initialVersion);
  if (!next) return { release: null, reason: "No commit since the last release reaches users." };
  const entries = commits.map((commit) => releaseEntry(state, commit));
  const tag = `${tagPrefix}${next.version}`;
  const title = `## ${tag}${state.spec ? `: ${state.spec.title}` : ""}`;
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
    reason: `${next.bump} release from ${commits.length} commits.`,
  };
}

/** An annotated tag is listed twice: itself, and as `^{}` the commit that it names. */
function commitOf(tags: ReadonlyMap<string, string>, tag: string): string {
  return tags.get(`refs/tags/${tag}^{}`) ?? tags.get(`refs/tags/${tag}`) ?? "";
}

async function commitsSince(
  github: GitHub,
  tag: { sha: string } | null,
  sha: string,
): Promise<ReleaseCommit[]> {
  const since = tag?.sha ?? null;
  await github.git.ensureHistory(since === null ? [sha] : [sha, since]);
  const log = await github.git.log(since, sha);
  return log
    .filter((commit) => commit.parents.length < 2)
    .map((commit) => readCommit(commit.sha, `${commit.subject}\n\n${commit.body}`));
}
