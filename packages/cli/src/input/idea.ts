/** The idea as given on the command line. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { IDEA_MAX, ideaSchema } from "@slipway/model";
import { UsageError } from "../usage-error.ts";

// A character takes at most four bytes: what is longer cannot be a valid idea and is not read.
const BYTES_MAX = IDEA_MAX * 4;

/**
 * `TEXT`, `@FILE`, or `-` for standard input.
 *
 * @throws UsageError when it cannot be read, is empty or too long
 */
export async function readIdea(
  given: string,
  cwd: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<string> {
  const text =
    given === "-" ? await readAll(stdin) : given.startsWith("@") ? await readIdeaFile(given, cwd) : given;
  const idea = ideaSchema.safeParse(text);
  if (!idea.success) throw new UsageError(`--idea: ${idea.error.issues[0]?.message ?? "not a valid idea"}.`);
  return idea.data;
}

async function readIdeaFile(given: string, cwd: string): Promise<string> {
  const path = resolve(cwd, given.slice(1));
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`--idea ${given}: there is no file ${path}.`);
  if (found.isDirectory()) throw new UsageError(`--idea ${given}: ${path} is a folder, not a file.`);
  if (found.size > BYTES_MAX) throw tooLong(found.size);
  return decode(await readFile(path), given);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > BYTES_MAX) throw tooLong(size);
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks), "-");
}

function decode(bytes: Uint8Array, given: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--idea ${given} is not UTF-8 text.`);
  }
}

const tooLong = (bytes: number) =>
  new UsageError(
    `--idea: ${bytes.toLocaleString("en-US")} bytes or more are too long for an idea, which has at most ${IDEA_MAX.toLocaleString("en-US")} characters: shorten it, or commit the long text and refer to it.`,
  );
