import { z } from "zod";

/** For a service that cannot be held to a shape: the shape in words, to stand at the end of the system prompt. */
export function inWords(schema: z.ZodType): string {
  return [
    "",
    "",
    "Answer with one JSON value of this JSON Schema, and with nothing else: no fence, no word before or after it.",
    JSON.stringify(plainSchema(schema)),
  ].join("\n");
}

export function plainSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
  });
  return plain;
}
