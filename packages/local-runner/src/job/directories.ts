import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The folders of one job, all fresh. */
export interface JobDirectories {
  readonly root: string;
  readonly workspace: string;
  readonly temp: string;
  readonly tools: string;
  readonly home: string;
  readonly eventPath: string;
}

/** Makes a job's folders and writes the event's payload. */
export async function makeDirectories(
  root: string,
  repositoryName: string,
  payload: string,
): Promise<JobDirectories> {
  const work = join(root, "work");
  const directories: JobDirectories = {
    root,
    workspace: join(work, repositoryName, repositoryName),
    temp: join(work, "_temp"),
    tools: join(work, "_tool"),
    home: join(root, "home"),
    eventPath: join(work, "_temp", "_github_workflow", "event.json"),
  };
  await Promise.all([
    mkdir(directories.workspace, { recursive: true }),
    mkdir(directories.tools, { recursive: true }),
    mkdir(directories.home, { recursive: true }),
    mkdir(join(directories.temp, "_github_workflow"), { recursive: true }),
    mkdir(join(directories.temp, "_runner_file_commands"), { recursive: true }),
  ]);
  await writeFile(directories.eventPath, payload);
  return directories;
}
