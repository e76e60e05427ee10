import type { TriggerEvent } from "@slipway/action-kit";
import { type Command, EVENT_PREFIX, parseCommand, RefusalError } from "@slipway/model";

/**
 * The command that an event carries; undefined for a `repository_dispatch` that is not meant for Slipway.
 *
 * @throws RefusalError when it is meant for Slipway and cannot be read
 */
export function readCommand(eventName: string, event: TriggerEvent): Command | undefined {
  switch (eventName) {
    case "repository_dispatch": {
      if (!event.action?.startsWith(EVENT_PREFIX)) return undefined;
      return parsed(event.action, event.client_payload ?? {});
    }
    case "workflow_dispatch": {
      const { command, ...inputs } = event.inputs ?? {};
      return parsed(`${EVENT_PREFIX}${String(command ?? "start")}`, payloadOf(inputs));
    }
    default:
      throw new RefusalError(
        `The orchestrator is started by repository_dispatch or workflow_dispatch, not by ${eventName}.`,
      );
  }
}

function parsed(type: string, payload: unknown): Command {
  const result = parseCommand(type, payload);
  if (!result.ok) throw new RefusalError(result.reason);
  return result.value;
}

/** `run-id` → `runId`; a field left empty in the form was not given. */
function payloadOf(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== "" && value !== null && value !== undefined)
      .map(([name, value]) => [name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), value])
      // A box that is not ticked was not asked for; GitHub hands boxes over as texts.
      .filter(([name, value]) => name !== "dryRun" || String(value) !== "false")
      .map(([name, value]) => [name, name === "dryRun" && value === "true" ? true : value]),
  );
}
