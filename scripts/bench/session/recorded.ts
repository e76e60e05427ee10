import { z } from "zod";

/** One request to the stand-in for a model. */
export const recordedSchema = z.object({
  /** As it came, byte for byte. */
  body: z.string(),
  status: z.number(),
  /** From its first byte to the last of the answer. */
  ms: z.number(),
});
export type Recorded = z.infer<typeof recordedSchema>;
