import { isMapping } from "@actions/workflow-parser";
import type { CallInterface, InputDefinition, InputType, Trigger } from "./model.ts";
import { child, entries, items, literal, literals, type Token } from "./tokens.ts";

/** The events of `on`, in any of its three forms. */
export function readTriggers(on: Token | undefined): ReadonlyMap<string, Trigger> {
  if (on === undefined) return new Map();
  if (!isMapping(on)) {
    return new Map(
      items(on).map((item) => [item.toString(), { event: item.toString(), filters: {}, inputs: [] }]),
    );
  }
  return new Map(
    entries(on).map(({ key: event, value }) => {
      if (event === "schedule") {
        const crons = items(value).flatMap((item) => literals(child(item, "cron")));
        return [event, { event, filters: { cron: crons }, inputs: [] }];
      }
      const filters = Object.fromEntries(
        entries(value)
          .filter(({ key }) => !["inputs", "secrets", "outputs"].includes(key))
          .map(({ key, value: list }) => [key, literals(list)]),
      );
      return [event, { event, filters, inputs: readInputs(child(value, "inputs")) }];
    }),
  );
}

/** What `on.workflow_call` declares, or undefined when the workflow cannot be called. */
export function readCall(on: Token | undefined): CallInterface | undefined {
  const none = { inputs: [], secrets: [], outputs: [] };
  if (on === undefined) return undefined;
  if (!isMapping(on)) return items(on).some((item) => item.toString() === "workflow_call") ? none : undefined;
  const declared = entries(on).find(({ key }) => key === "workflow_call");
  if (declared === undefined) return undefined;
  return {
    inputs: readInputs(child(declared.value, "inputs")),
    secrets: entries(child(declared.value, "secrets")).map(({ key: name, value }) => ({
      name,
      required: literal(child(value, "required")) === "true",
    })),
    outputs: entries(child(declared.value, "outputs")).flatMap(({ key: name, value }) => {
      const token = child(value, "value");
      return token === undefined ? [] : [{ name, value: token }];
    }),
  };
}

function readInputs(token: Token | undefined): readonly InputDefinition[] {
  return entries(token).map(({ key: name, value }) => ({
    name,
    type: (literal(child(value, "type")) ?? "string") as InputType,
    required: literal(child(value, "required")) === "true",
    default: child(value, "default"),
    options: literals(child(value, "options")),
  }));
}
