/** What nektos/act does otherwise than GitHub, as far as it touches what this engine is for. */

/** The version that all of this is known of. */
export const ACT_VERSION = "0.2.87";

/** Something that act does otherwise than GitHub, and that is left as it is. */
export interface ActLimit {
  readonly id: string;
  readonly what: string;
  /** What follows from it for a run. */
  readonly so: string;
}

/** A change that is made to a copy of the files before act reads them. */
export interface ActRewrite {
  readonly id: string;
  readonly what: string;
  readonly why: string;
}

export const ACT_REWRITES: readonly ActRewrite[] = [
  {
    id: "self-reference",
    what: "`uses: $/x` becomes `uses: OWNER/REPO/x@SHA`; an action's SHA has its folder behind it, `SHA.x`",
    why: "act refuses a file with `$/`, and copies all that is behind a ref for every step: an action stands alone there.",
  },
  {
    id: "queue",
    what: "`queue` of `concurrency` is taken away",
    why: "act refuses a file with `queue`; it keeps no concurrency groups anyway.",
  },
  {
    id: "skipped-outputs",
    what: "`needs.x.outputs.y` becomes `(needs.x.result != 'skipped' && needs.x.outputs.y || '')` where x has outputs",
    why: "For a job that was skipped act gives the text of the expression behind an output instead of nothing.",
  },
  {
    id: "one-leg-at-a-time",
    what: "`strategy` gets `max-parallel: 1`",
    why: "The legs of a matrix enter the same concurrency groups, which act does not keep.",
  },
  {
    id: "empty-matrix",
    what: "`fromJSON(x)` in a matrix becomes `fromJSON(x || '[]')`, or `'{}'` where it is the whole matrix",
    why: "act works a matrix out although the job's `if` does not hold, and ends when it cannot.",
  },
];

export const ACT_LIMITS: readonly ActLimit[] = [
  {
    id: "one-job-at-a-time",
    what: "act keeps no concurrency groups.",
    so: "One act runs at a time, and one job in it: every group is kept, and nothing runs side by side.",
  },
  {
    id: "one-token",
    what: "act does not narrow GITHUB_TOKEN by `permissions`.",
    so: "A workflow run has one token, with all that any of its jobs may have; requests count for the run, not for a job.",
  },
  {
    id: "failed-call",
    what: "When a job of a called workflow fails, act starts no job that comes after the calling one.",
    so: "Jobs with `failure()` or `always()` behind it do not run. What they would have given back is taken back later, once the run is seen to have ended.",
  },
  {
    id: "result-of-a-call",
    what: "The result of a called workflow is that of its last job, and empty when none ran.",
    so: "`needs.x.result` may say success where GitHub says failure.",
  },
  {
    id: "cancel",
    what: "act kills the running step at once instead of asking it to end.",
    so: "A cancelled step cannot tidy up; steps with `always()` and `cancelled()` still run.",
  },
  {
    id: "rerun-failed",
    what: "act cannot take results of an earlier attempt over.",
    so: "A rerun of the failed jobs repeats all of them.",
  },
  {
    id: "open-environment",
    what: "act gives ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL to every step, and each step a terminal.",
    so: "What a `run` step starts can read the token of the artifact service, and may draw colours.",
  },
  {
    id: "one-identity",
    what: "act has one environment for all jobs of a run.",
    so: "Where one job may ask for its OIDC token every job may, and the token names the caller's file as that of the job.",
  },
  {
    id: "late-output",
    what: "act does not wait for the output of a step that fails.",
    so: "Its last lines may stand behind the end of the step in the log.",
  },
  {
    id: "job-timeout",
    what: "act keeps no `timeout-minutes` of jobs.",
    so: "A job that hangs hangs until somebody cancels it.",
  },
];

/** The sentence for whoever asks for act where it is not. */
export const INSTALL_ACT = `\`npm run tools\` installs it, or \`go install github.com/nektos/act@v${ACT_VERSION}\`.`;
