/** Rules about how workflow files are written. Each returns what breaks it, in one sentence a line. */
import {
  actionSteps,
  type Content,
  indent,
  jobsOf,
  record,
  triggersOf,
  type WorkflowFile,
} from "./workflow-file.ts";

export function startsWithoutPermissions(file: WorkflowFile): string[] {
  const value = file.content.permissions;
  const empty = value !== null && typeof value === "object" && Object.keys(value).length === 0;
  return empty ? [] : [`${file.path}: the workflow does not start with \`permissions: {}\`.`];
}

/** Jobs that call a reusable workflow cannot have a timeout of their own. */
export function hasTimeouts(file: WorkflowFile): string[] {
  return jobsOf(file)
    .filter((job) => job.content.uses === undefined && typeof job.content["timeout-minutes"] !== "number")
    .map((job) => `${file.path}: job ${job.id} has no timeout-minutes.`);
}

export function tellsPurposes(file: WorkflowFile): string[] {
  const lines = file.text.split("\n");
  const start = lines.findIndex((line) => /^jobs:\s*(#.*)?$/.test(line));
  const first = lines.find((line, index) => index > start && /^\s+[^\s#]/.test(line)) ?? "";
  return jobsOf(file).flatMap(({ id }) => {
    const key = new RegExp(`^ {${indent(first)}}["']?${id}["']?:`);
    const at = lines.findIndex((line, index) => index > start && key.test(line));
    return /^\s*#\s*\S/.test(lines[at - 1] ?? "")
      ? []
      : [`${file.path}: job ${id} has no comment above it that tells its purpose.`];
  });
}

export function givesReasons(file: WorkflowFile): string[] {
  const lines = file.text.split("\n");
  return lines.flatMap((line, start) => {
    if (!/^\s*permissions:/.test(line)) return [];
    if (/^\s*permissions:\s*\{\s*\}\s*(#.*)?$/.test(line)) return [];
    if (!/^\s*permissions:\s*(#.*)?$/.test(line))
      return [`${file.path}:${start + 1}: write each permission on a line of its own, with its reason.`];
    const problems: string[] = [];
    for (let at = start + 1; at < lines.length; at += 1) {
      const inner = lines[at] ?? "";
      if (inner.trim() === "" || inner.trim().startsWith("#")) continue;
      if (indent(inner) <= indent(line)) break;
      if (!/#\s*\S/.test(inner))
        problems.push(`${file.path}:${at + 1}: \`${inner.trim()}\` has no comment with its reason.`);
    }
    return problems;
  });
}

export function hasNames(file: WorkflowFile): string[] {
  const named = (content: Content) => typeof content.name === "string" && content.name.trim() !== "";
  return [
    ...(named(file.content) ? [] : [`${file.path}: the workflow has no name.`]),
    ...jobsOf(file).flatMap((job) => [
      ...(named(job.content) ? [] : [`${file.path}: job ${job.id} has no name.`]),
      ...job.steps.flatMap((step, index) =>
        named(step) ? [] : [`${file.path}: step ${index + 1} of job ${job.id} has no name.`],
      ),
    ]),
  ];
}

/** Rule 9: what runs is in this repository, or is the consumer's own setup. */
export function usesOnlyOurs(file: WorkflowFile): string[] {
  const uses = [
    ...jobsOf(file).flatMap((job) => [job.content.uses, ...job.steps.map((step) => step.uses)]),
    ...actionSteps(file).map((step) => step.uses),
  ];
  return uses
    .filter((value) => value !== undefined)
    .map(String)
    .filter((value) => !/^\$\/(?!.*\.\.)/.test(value) && value !== "./.github/slipway/setup")
    .map((value) => `${file.path}: \`uses: ${value}\` is neither ours (\`$/…\`) nor the consumer's setup.`);
}

/** Expressions are expanded before the shell reads the line: what they hold would be run. */
export function keepsExpressionsOutOfRun(file: WorkflowFile): string[] {
  const steps = [...jobsOf(file).flatMap((job) => job.steps), ...actionSteps(file)];
  return steps
    .filter((step) => typeof step.run === "string" && step.run.includes("${{"))
    .map(
      (step) =>
        `${file.path}: step ${String(step.name ?? "?")} has an expression inside \`run:\`; hand it over in \`env\`.`,
    );
}

export function namesItsSecrets(file: WorkflowFile): string[] {
  return jobsOf(file)
    .filter((job) => job.content.secrets === "inherit")
    .map((job) => `${file.path}: job ${job.id} hands over all secrets (\`secrets: inherit\`).`);
}

/** Calls hand over what the called workflow declares, all that it requires, and the secrets that both know. */
export function callsAsDeclared(files: readonly WorkflowFile[]): string[] {
  return files.flatMap((file) => {
    const own = record(record(triggersOf(file).workflow_call).secrets);
    return jobsOf(file).flatMap((job) => {
      if (job.calls === undefined) return [];
      const target = files.find((other) => other.path === job.calls);
      if (!target) return [`${file.path}: job ${job.id} calls ${job.calls}, which is not there.`];
      const call = record(triggersOf(target).workflow_call);
      return [
        ...compare(`${file.path}: job ${job.id}`, "input", job.content.with, call.inputs, target.path),
        ...compare(`${file.path}: job ${job.id}`, "secret", job.content.secrets, call.secrets, target.path),
        ...Object.keys(record(call.secrets))
          .filter((name) => name in own && !(name in record(job.content.secrets)))
          .filter((name) => record(record(call.secrets)[name]).required !== true)
          .map((name) => `${file.path}: job ${job.id} keeps the secret ${name} from ${target.path}.`),
      ];
    });
  });
}

/** The same for the inputs of our actions. */
export function actionsGetWhatTheyDeclare(
  files: readonly WorkflowFile[],
  actions: readonly WorkflowFile[],
): string[] {
  return files.flatMap((file) =>
    jobsOf(file).flatMap((job) =>
      job.steps.flatMap((step) => {
        const uses = String(step.uses ?? "");
        if (!uses.startsWith("$/")) return [];
        const target = actions.find((action) => action.path === `${uses.slice(2)}/action.yml`);
        if (!target) return [`${file.path}: job ${job.id} uses ${uses}, which is not there.`];
        return compare(`${file.path}: job ${job.id}`, "input", step.with, target.content.inputs, target.path);
      }),
    ),
  );
}

function compare(where: string, what: string, given: unknown, declared: unknown, target: string): string[] {
  const known = record(declared);
  const handed = Object.keys(record(given));
  const required = Object.entries(known).filter(([, value]) => {
    const { required, default: fallback } = record(value);
    return required === true && fallback === undefined;
  });
  return [
    ...handed
      .filter((name) => !(name in known))
      .map((name) => `${where} hands over the ${what} ${name}, which ${target} does not declare.`),
    ...required
      .filter(([name]) => !handed.includes(name))
      .map(([name]) => `${where} does not hand over the ${what} ${name}, which ${target} requires.`),
  ];
}

/** Each stage can be asked for alone: by call, by hand and by an event type of its own. */
export function canBeAskedForAlone(files: readonly WorkflowFile[]): string[] {
  const types = new Map<string, string>();
  return files.flatMap((file) => {
    const triggers = triggersOf(file);
    const { types: own } = record(triggers.repository_dispatch);
    const names = Array.isArray(own) ? own.map(String) : typeof own === "string" ? [own] : [];
    const problems = names.flatMap((name) => {
      const other = types.get(name);
      types.set(name, file.path);
      return other === undefined ? [] : [`${file.path} and ${other} both start on ${name}.`];
    });
    if (!/(^|\/)_reusable\./.test(file.path)) return problems;
    for (const name of ["workflow_call", "workflow_dispatch", "repository_dispatch"])
      if (!(name in triggers)) problems.push(`${file.path} does not start on ${name}.`);
    if ("repository_dispatch" in triggers && names.length !== 1)
      problems.push(
        `${file.path} must have exactly one repository_dispatch type of its own; it has ${names.length}.`,
      );
    return problems;
  });
}
