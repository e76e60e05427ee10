/** The head of a push: which refs it wants to move, read before git gets to see it. */

import type { Readable } from "node:stream";

export interface PushCommand {
  readonly ref: string;
  readonly old: string;
  readonly next: string;
}

const HEAD_LIMIT = 4 * 1024 * 1024;

function parseCommand(line: string): PushCommand | undefined {
  const [, old, next, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line) ?? [];
  return old && next && ref ? { old, next, ref } : undefined;
}

/** Commands in a buffer; `done` once the flush packet that ends them was seen. */
export function parsePushCommands(bytes: Buffer): { commands: PushCommand[]; done: boolean } {
  const commands: PushCommand[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 4), 16);
    if (length === 0 || Number.isNaN(length) || length < 4) return { commands, done: true };
    if (at + length > bytes.length) break;
    const command = parseCommand(bytes.toString("utf8", at + 4, at + length));
    if (command) commands.push(command);
    at += length;
  }
  return { commands, done: false };
}

/** Reads the stream up to the end of its commands; `head` is what was read and must go to git first. */
export async function readPushCommands(input: Readable): Promise<{ commands: PushCommand[]; head: Buffer }> {
  let head = Buffer.alloc(0);
  while (head.length <= HEAD_LIMIT) {
    const chunk = await nextChunk(input);
    if (chunk === undefined) break;
    head = Buffer.concat([head, chunk]);
    const { commands, done } = parsePushCommands(head);
    if (done) return { commands, head };
  }
  return { commands: parsePushCommands(head).commands, head };
}

function nextChunk(input: Readable): Promise<Buffer | undefined> {
  const ready = input.read() as Buffer | null;
  if (ready !== null) return Promise.resolve(ready);
  if (input.readableEnded || input.destroyed) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const stop = () => {
      input.off("readable", onReadable);
      input.off("end", onEnd);
      input.off("error", onError);
      input.off("close", onEnd);
    };
    const onReadable = () => {
      const chunk = input.read() as Buffer | null;
      if (chunk === null) return;
      stop();
      resolve(chunk);
    };
    const onEnd = () => {
      stop();
      resolve(undefined);
    };
    const onError = (error: Error) => {
      stop();
      reject(error);
    };
    input.on("readable", onReadable);
    input.on("end", onEnd);
    input.on("close", onEnd);
    input.on("error", onError);
  });
}
