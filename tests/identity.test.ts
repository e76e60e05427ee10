/** What a GitHub App's token may do in a job is what the job itself may do. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { APP_PERMISSIONS } from "@slipway/action-kit";
import { type Content, jobsOf, readWorkflow, record, type WorkflowFile } from "./rules/workflow-file.ts";

const root = join(import.meta.dirname, "..");
const folder = ".github/workflows";
const workflows = readdirSync(join(root, folder)).map((name) =>
  readWorkflow(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")),
);

interface Use {
  readonly where: string;
  readonly action: string;
  readonly command: string;
  readonly permissions: Content;
  readonly identity: boolean;
}

/** Every step that uses one of our actions, with what its job may do. */
const usesOf = (files: readonly WorkflowFile[]): Use[] =>
  files.flatMap((file) =>
    jobsOf(file).flatMap((job) =>
      job.steps.flatMap((step) => {
        const action = /^\$\/(action-[\w-]+)$/.exec(String(step.uses ?? ""))?.[1];
        if (!action) return [];
        const given = record(step.with);
        const command = String(given.command ?? given.stage ?? "");
        const permissions = record(job.content.permissions);
        const identity = "app-private-key" in given && "app-id" in given;
        return [{ where: `${file.path} > ${job.id}`, action, command, permissions, identity }];
      }),
    ),
  );

const uses = usesOf(workflows);

describe("each writing command is given the App and asks for what its job may do", () => {
  const listed = Object.entries(APP_PERMISSIONS).flatMap(([action, commands]) =>
    Object.entries(commands).map(([command, permissions]) => [action, command, permissions] as const),
  );
  test.each(listed)("%s %s", (action, command, permissions) => {
    const found = uses.filter((use) => use.action === action && use.command === command);
    expect(found).not.toEqual([]);
    for (const use of found) {
      expect(use).toMatchObject({ identity: true });
      // A job may what its steps need together: not less, and not more.
      const steps = uses.filter((other) => other.where === use.where);
      const together = steps.map((other) => APP_PERMISSIONS[other.action]?.[other.command] ?? {});
      expect(use.permissions).toEqual(Object.assign({}, ...together, permissions));
    }
  });
});

test("a command that is not listed is not given the App, and its job writes nothing", () => {
  const others = uses.filter((use) => APP_PERMISSIONS[use.action]?.[use.command] === undefined);
  expect(others.length).toBeGreaterThan(0);
  for (const use of others) {
    expect(use).toMatchObject({ identity: false });
    // The backend is told in the job that decides.
    if (use.action === "action-callback") continue;
    // An identity token writes nothing.
    const { "id-token": _, ...permissions } = use.permissions;
    expect(Object.values(permissions)).not.toContain("write");
  }
});

test("each action that is given the App revokes the token when the job ends", () => {
  for (const action of Object.keys(APP_PERMISSIONS)) {
    const { content } = readWorkflow(action, readFileSync(join(root, action, "action.yml"), "utf8"));
    expect(record(content.runs)).toMatchObject({ post: "dist/post/index.js" });
  }
});
