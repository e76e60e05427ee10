/** The value, or the text itself when it is no JSON. */
export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What may stand as a call's input in a history: services take objects only, whatever the model wrote. */
export function inputObject(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? { ...input }
    : { malformed: input };
}
