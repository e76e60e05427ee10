import type { RepositoryName } from "@slipway/model";
import {
  createWorld,
  plain,
  REPOSITORY,
  type World,
} from "../../../packages/local-runner/src/testing/world.ts";
import { type Case, type Outcome, observations } from "./case.ts";
import { ACTOR, actionRepositories, pathFor, repositoryFiles, SECRETS, VARIABLES } from "./setting.ts";

/** This project's engine, on a GitHub that keeps its records in memory. */
export interface OurEngine {
  run(one: Case): Promise<OurOutcome>;
  close(): Promise<void>;
}

export interface OurOutcome extends Outcome {
  /** The page's heading. */
  readonly title: string;
  /** Conclusions by name. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly log: string;
}

export async function openOurs(nodePath: string = process.execPath): Promise<OurEngine> {
  const world = await createWorld({
    env: { ...process.env, PATH: pathFor(process.env, nodePath) },
    nodePath,
  });
  Object.assign(world.host.secretValues, SECRETS);
  Object.assign(world.host.variableValues, VARIABLES);
  await world.push(repositoryFiles());
  for (const [name, files] of Object.entries(actionRepositories(world.host.gitDir(REPOSITORY)))) {
    const repository: RepositoryName = { owner: "octo", name };
    await world.host.tag(repository, "v1", await world.host.commit(repository, files));
  }
  return { run: (one) => run(world, one), close: () => world.close() };
}

async function run(world: World, one: Case): Promise<OurOutcome> {
  const { host, engine } = world;
  const path = `.github/workflows/${one.name}.yml`;
  const sha = await world.push({ [path]: one.text });
  const before = host.runs.length;
  const dispatched = one.event.name === "workflow_dispatch" ? { workflowPath: path } : {};
  await world.deliver({ ...one.event, sha, actor: ACTOR, ...dispatched });
  await engine.idle();
  await world.push({ [path]: undefined });
  const [made, ...more] = host.runs.slice(before);
  if (made === undefined || more.length > 0) {
    throw new Error(`${one.name}: ${more.length + 1} runs were started; ${world.diagnostics.join("; ")}`);
  }
  const jobs = host.jobs.filter((job) => job.runId === made.id);
  const lines = jobs.flatMap((job) => plain(job.log).split("\n"));
  return {
    run: made.conclusion ?? "",
    title: made.title,
    jobs: Object.fromEntries(jobs.map(({ name, conclusion }) => [name, conclusion ?? ""])),
    observed: observations(lines),
    summaries: jobs.flatMap(({ summaries }) =>
      [...summaries].sort(([a], [b]) => a - b).map(([, text]) => text),
    ),
    annotations: lines.flatMap((line) => {
      const [, level, message] = /^##\[(error|warning|notice)(?: [^\]]*)?\](.*)$/.exec(line) ?? [];
      return level === undefined || EXIT.test(message ?? "") ? [] : [`${level}: ${message}`];
    }),
    log: lines.join("\n"),
  };
}

/** What is said of a step that failed is each engine's own. */
const EXIT = /^Process completed with exit code \d+\.$/;
