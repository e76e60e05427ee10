/** What comes to a repository from outside of the REST API: its own CI, the clock, a click in the page. */

import type { RepositoryName } from "@slipway/model";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { listWorkflows } from "../engine/workflows.ts";
import { deliverPull, deliverSchedule } from "../events/deliver.ts";
import { deliverCheckRun } from "../events/deliver-checks.ts";
import { readFileAt } from "../git/objects.ts";
import { branchHead, resolveCommit } from "../git/refs.ts";
import { causeOfActor } from "../http/auth.ts";
import { noteEvent } from "../issues/state.ts";
import { newCheckRun } from "../pulls/write-check.ts";
import type {
  CheckConclusion,
  CheckRunRecord,
  CheckStatus,
  PullIssue,
  RepositoryRecord,
  UserRecord,
} from "../store/records.ts";
import { isPull } from "../store/store.ts";
import type { World } from "../world.ts";
import { someApp } from "./apps.ts";

export interface WrittenCheckRun {
  /** Slug of the App that reports; an unknown one is made. Default `acme-ci`. */
  readonly app?: string;
  readonly name: string;
  /** A commit, or what names one: a branch, a tag. */
  readonly headSha: string;
  /** Default `completed` with a conclusion, else `in_progress`. */
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly title?: string;
  readonly summary?: string;
  readonly detailsUrl?: string;
}

export interface Happenings {
  /**
   * A check run as another App writes it: the last one of an App and a name counts. Starts `check_run` workflows.
   * @throws Error for a commit that is not there, and for a conclusion without the status `completed` or the other way
   *   round
   */
  writeCheckRun(name: RepositoryName, check: WrittenCheckRun): Promise<CheckRunRecord>;
  /**
   * The clock strikes: one `schedule` event for `cron`, or for each cron line of the default branch's workflows.
   * Resolves to the lines for which an event was delivered.
   */
  fireSchedule(name: RepositoryName, cron?: string): Promise<readonly string[]>;
  /** "Ready for review", and "Convert to draft", as a person clicks them. @throws Error when there is no such pull request */
  setDraft(name: RepositoryName, number: number, draft: boolean, login: string): Promise<void>;
}

const scheduled = z.object({ on: z.object({ schedule: z.array(z.object({ cron: z.string() })) }) });

async function cronLines(world: World, repository: RepositoryRecord): Promise<string[]> {
  const git = world.git(repository);
  const head = await branchHead(git, repository.defaultBranch);
  const lines: string[] = [];
  for (const { path } of head ? await listWorkflows(world, repository) : []) {
    const text = (await readFileAt(git, head ?? "", path))?.toString("utf8") ?? "";
    let file: unknown;
    try {
      file = parseYaml(text);
    } catch {
      continue; // A broken workflow has no schedule.
    }
    const parsed = scheduled.safeParse(file);
    if (parsed.success) lines.push(...parsed.data.on.schedule.map(({ cron }) => cron));
  }
  return [...new Set(lines)];
}

/** Scheduled runs act in the name of who changed the schedule last; here of whoever may administer the repository. */
function scheduler(world: World, repository: RepositoryRecord): UserRecord {
  const admin = [...repository.collaborators].find(([, role]) => role === "admin")?.[0];
  const owner = [...repository.members].find(([, role]) => role === "owner")?.[0];
  return world.store.user(owner ?? admin ?? "") ?? repository.owner;
}

/** Moves a pull request in or out of draft. */
export async function changeDraft(
  world: World,
  pull: PullIssue,
  draft: boolean,
  cause: ReturnType<typeof causeOfActor>,
): Promise<void> {
  if (pull.pull.draft === draft) return;
  pull.pull.draft = draft;
  noteEvent(world, pull, draft ? "convert_to_draft" : "ready_for_review", cause);
  await deliverPull(world, pull, draft ? "converted_to_draft" : "ready_for_review", cause);
}

export function happeningsOf(
  world: World,
  repositoryOf: (name: RepositoryName) => RepositoryRecord,
): Happenings {
  return {
    async writeCheckRun(name, check) {
      const repository = repositoryOf(name);
      const status = check.status ?? (check.conclusion ? "completed" : "in_progress");
      if ((status === "completed") !== (check.conclusion !== undefined)) {
        throw new Error(
          `Check run '${check.name}': a conclusion belongs to the status 'completed', and to no other.`,
        );
      }
      const sha = await resolveCommit(world.git(repository), check.headSha);
      if (!sha)
        throw new Error(
          `Check run '${check.name}': ${check.headSha} is no commit of ${name.owner}/${name.name}.`,
        );
      const app = someApp(world, check.app ?? "acme-ci");
      const run = newCheckRun(world, repository, { app, name: check.name, sha });
      run.status = status;
      run.conclusion = check.conclusion ?? null;
      run.completedAt = status === "completed" ? world.store.timestamp() : null;
      run.detailsUrl = check.detailsUrl ?? null;
      run.output = { title: check.title ?? null, summary: check.summary ?? null, text: null };
      repository.checkRuns.push(run);
      const cause = { user: app.bot, viaJob: false, app, changesWorkflows: false };
      await deliverCheckRun(world, repository, run, status === "completed" ? "completed" : "created", cause);
      return run;
    },
    async fireSchedule(name, cron) {
      const repository = repositoryOf(name);
      const lines = cron === undefined ? await cronLines(world, repository) : [cron];
      for (const line of lines) {
        await deliverSchedule(world, repository, line, scheduler(world, repository));
      }
      return lines;
    },
    async setDraft(name, number, draft, login) {
      const pull = repositoryOf(name).issues.get(number);
      if (!pull || !isPull(pull))
        throw new Error(`There is no pull request #${number} in ${name.owner}/${name.name}.`);
      const user = world.store.addUser(login, "User");
      await changeDraft(world, pull, draft, causeOfActor(world.store, { kind: "user", user }));
    },
  };
}
