import { convertWorkflowTemplate } from "@actions/workflow-parser";
import type { WorkflowJob, WorkflowTemplate } from "@actions/workflow-parser/model/workflow-template";
import { errorText } from "@slipway/model";
import type { JobDefinition, RunDefaults, WorkflowDefinition } from "./model.ts";
import { InvalidFile, parseWorkflowFile } from "./parse.ts";
import { readPermissions } from "./permissions.ts";
import { readSteps } from "./steps.ts";
import { unsupportedInWorkflow } from "./supported.ts";
import { child, entries, literal, literals, position, type Token } from "./tokens.ts";
import { readCall, readTriggers } from "./triggers.ts";
import { parseUses } from "./uses.ts";

/**
 * Reads a workflow file: parsed and checked by GitHub's parser, then against the list of what this engine does.
 * @throws InvalidFile
 */
export async function readWorkflow(path: string, text: string): Promise<WorkflowDefinition> {
  const { root, context } = parseWorkflowFile(path, text);
  const template = await convertWorkflowTemplate(context, root);
  const problems = [
    ...(template.errors ?? []).map(({ Message }) => Message),
    ...unsupportedInWorkflow(path, root),
    ...badJobUses(path, root),
  ];
  if (problems.length > 0) throw new InvalidFile(path, problems);
  const on = child(root, "on");
  return {
    path,
    name: literal(child(root, "name")),
    runName: child(root, "run-name"),
    triggers: readTriggers(on),
    call: readCall(on),
    env: child(root, "env"),
    defaults: readDefaults(child(root, "defaults")),
    permissions: readPermissions(child(root, "permissions")),
    concurrency: child(root, "concurrency"),
    jobs: readJobs(root, template),
  };
}

function readJobs(root: Token, template: WorkflowTemplate): readonly JobDefinition[] {
  const converted = new Map<string, WorkflowJob>(template.jobs.map((job) => [job.id.value, job]));
  return entries(child(root, "jobs")).map(({ key: id, keyToken, value: token }): JobDefinition => {
    const job = converted.get(id);
    const base = {
      id,
      at: keyToken,
      name: child(token, "name"),
      needs: literals(child(token, "needs")),
      condition: job?.if.expression ?? "success()",
      strategy: child(token, "strategy"),
      permissions: readPermissions(child(token, "permissions")),
      concurrency: child(token, "concurrency"),
    };
    const uses = child(token, "uses");
    if (uses !== undefined) {
      const secrets = child(token, "secrets");
      return {
        ...base,
        kind: "call",
        uses: parseUses(literal(uses) ?? ""),
        with: child(token, "with"),
        secrets: literal(secrets) === "inherit" ? "inherit" : secrets,
      };
    }
    return {
      ...base,
      kind: "steps",
      runsOn: child(token, "runs-on") ?? token,
      env: child(token, "env"),
      outputs: child(token, "outputs"),
      defaults: readDefaults(child(token, "defaults")),
      steps: readSteps(child(token, "steps"), job?.type === "job" ? job.steps : []),
      timeoutMinutes: child(token, "timeout-minutes"),
      cancelTimeoutMinutes: child(token, "cancel-timeout-minutes"),
      continueOnError: child(token, "continue-on-error"),
    };
  });
}

function readDefaults(token: Token | undefined): RunDefaults {
  const run = child(token, "run");
  return { shell: child(run, "shell"), workingDirectory: child(run, "working-directory") };
}

/** Reusable workflows lie directly in `.github/workflows`. */
function* badJobUses(path: string, root: Token): Generator<string> {
  for (const { value: job } of entries(child(root, "jobs"))) {
    const token = child(job, "uses");
    if (token === undefined) continue;
    try {
      const uses = parseUses(literal(token) ?? "");
      if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(uses.path)) continue;
      yield `${position(path, token)}: '${uses.text}' names no file directly in .github/workflows`;
    } catch (error) {
      yield `${position(path, token)}: ${errorText(error)}`;
    }
  }
}
