import { z } from "zod";

const path = z.string().min(1).max(1_024);

/** One file of a change, relative to the commit that the agent started from. */
export const changedFileSchema = z.lazy(() =>
  z.discriminatedUnion("status", [
    z.strictObject({
      status: z.literal("written"),
      path,
      mode: z.enum(["100644", "100755"]),
      encoding: z.enum(["utf-8", "base64"]),
      content: z.string(),
    }),
    z.strictObject({ status: z.literal("deleted"), path }),
  ]),
);
export type ChangedFile = z.infer<typeof changedFileSchema>;
