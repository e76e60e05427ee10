/** Pieces of request bodies that several routes share. */

import { z } from "zod";

/** GitHub refuses longer Markdown bodies with a 422. */
export const BODY_MAX = 65_536;

const tooLong = `body is too long (maximum is ${BODY_MAX} characters)`;

export const markdown = z.string().max(BODY_MAX, tooLong);
export const title = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text.trim().length > 0, "title can't be blank")
  .refine((text) => text.length <= 256, "title is too long (maximum is 256 characters)");
export const sha = z.string().regex(/^[0-9a-f]{40}$/i, "The SHA must be exactly 40 hexadecimal characters");
export const labelNames = z.array(
  z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]),
);
export const person = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  date: z.iso.datetime({ offset: true }).optional(),
});
