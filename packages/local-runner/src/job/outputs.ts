import { errorText } from "@slipway/model";
import { resolveText, type Scope } from "../expressions/template.ts";
import { entries } from "../load/tokens.ts";
import type { JobSession } from "./session.ts";

/** Most that all outputs of one job may be together, in bytes of UTF-16, as GitHub counts. */
export const OUTPUT_LIMIT = 1024 * 1024;

/**
 * Evaluates a job's outputs. One that holds a secret is left out, with a warning; too much fails the job.
 */
export function readOutputs(session: JobSession, scope: Scope): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  let size = 0;
  for (const { key: name, value: token } of entries(session.request.definition.outputs)) {
    let value: string;
    try {
      value = resolveText(token, scope);
    } catch (error) {
      session.log.annotate("error", `Output '${name}': ${errorText(error)}`);
      fail(session);
      continue;
    }
    if (value === "") continue;
    if (session.masker.mask(value) !== value) {
      session.log.annotate("warning", `Skip output '${name}' since it may contain secret.`);
      continue;
    }
    size += 2 * value.length;
    if (size > OUTPUT_LIMIT) {
      session.log.annotate(
        "error",
        `The job's outputs exceed the maximum of ${OUTPUT_LIMIT / 1024 / 1024} MB: '${name}' and what follows are left out.`,
      );
      fail(session);
      break;
    }
    outputs[name] = value;
  }
  return outputs;
}

function fail(session: JobSession): void {
  if (session.status === "success") session.status = "failure";
}
