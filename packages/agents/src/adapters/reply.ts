import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { countSchema, errorText, type Usage } from "@slipway/model";
import { z } from "zod";

/** A commit as programs and services may propose it. */
export const proposalSchema = z.object({
  type: z.string().max(40).nullish(),
  scope: z.string().max(100).nullish(),
  subject: z.string().max(1_000),
  body: z.string().max(20_000).nullish(),
  paths: z.array(z.string().max(1_024)).max(5_000),
});

/** Tokens of all calls; what is left out counts as none. */
export const replyUsageSchema = z
  .object({
    model: z.string().max(200).optional(),
    calls: countSchema.default(1),
    inputTokens: countSchema,
    outputTokens: countSchema,
    cacheReadTokens: countSchema.default(0),
    cacheWriteTokens: countSchema.default(0),
  })
  .transform(({ model, ...tokens }): Usage => ({ ...(model === undefined ? {} : { model }), ...tokens }));

/** What a program that knows of us leaves in `{result-file}`; a subset of the contract's result. Other keys are passed over. */
export const replySchema = z.object({
  title: z.string().max(1_000).optional(),
  summary: z.string().max(60_000).optional(),
  commits: z.array(proposalSchema).max(200).optional(),
  notes: z.array(z.string().max(10_000)).max(200).optional(),
  usage: replyUsageSchema.optional(),
});
export type Reply = z.infer<typeof replySchema>;

export type ReplyFile =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly reply: Reply }
  | { readonly kind: "unusable"; readonly reason: string };

const REPLY_MAX_BYTES = 2_000_000;

/** The file is written by a program that is not trusted: no link is followed, and only so much is read. */
export async function readReply(path: string): Promise<ReplyFile> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const info = await file.stat();
      if (!info.isFile()) return unusable("it is no file");
      if (info.size > REPLY_MAX_BYTES) return unusable(`it has more than ${REPLY_MAX_BYTES} bytes`);
      const text = await file.readFile("utf8");
      const result = replySchema.safeParse(JSON.parse(text));
      if (!result.success) return unusable(z.prettifyError(result.error).slice(0, 1_000));
      return { kind: "read", reply: result.data };
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "none" };
    return unusable(errorText(error));
  }
}

function unusable(reason: string): ReplyFile {
  return { kind: "unusable", reason: `The result file was not used: ${reason}.` };
}
