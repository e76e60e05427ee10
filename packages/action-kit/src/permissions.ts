/**
 * What each command of each action that writes may do, by the names of workflow files. A GitHub App's token is made
 * with exactly this; the `permissions:` of the jobs, which bound GITHUB_TOKEN, say the same (tests/identity.test.ts
 * holds them together). Jobs that are not here write nothing and never get the App's key.
 */
export type AppPermissions = Readonly<Record<string, "read" | "write">>;

const LEDGER: AppPermissions = { contents: "write" };
const LEDGER_AND_ISSUES: AppPermissions = { ...LEDGER, issues: "write" };

export const APP_PERMISSIONS: Readonly<Record<string, Readonly<Record<string, AppPermissions>>>> = {
  "action-orchestrator": {
    decide: {
      actions: "read",
      checks: "read",
      ...LEDGER_AND_ISSUES,
      "pull-requests": "write",
      statuses: "read",
    },
    settle: LEDGER,
    claim: LEDGER,
    "give-back": LEDGER,
  },
  "action-spec": { record: LEDGER },
  "action-plan": { record: LEDGER, sync: LEDGER_AND_ISSUES },
  "action-merge-gate": {
    publish: { ...LEDGER_AND_ISSUES, "pull-requests": "write" },
    gate: { checks: "write", ...LEDGER_AND_ISSUES, "pull-requests": "write", statuses: "read" },
    defect: LEDGER_AND_ISSUES,
    settle: LEDGER_AND_ISSUES,
    release: LEDGER,
  },
};

export type ActionName =
  | "action-callback"
  | "action-exec"
  | "action-merge-gate"
  | "action-orchestrator"
  | "action-plan"
  | "action-spec";

/** What a token is asked for besides, where the App has it: no `permissions:` of a job could give it. */
export const APP_EXTRAS: Readonly<Record<string, Readonly<Record<string, AppPermissions>>>> = {
  // Whether somebody is in a team that the policy names as approvers.
  "action-orchestrator": { decide: { members: "read" } },
};
