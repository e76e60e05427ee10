import type { GitHub } from "@slipway/github";
import type { Subject } from "@slipway/model";

export interface WrittenFile {
  readonly path: string;
  /** Bytes at the head. */
  readonly after: Buffer;
  /** Bytes at the base; null for a new file. */
  readonly before: Buffer | null;
}

/** The change from base to head: its unified diff and the files that it writes. */
export async function changeOf(
  github: GitHub,
  subject: Subject,
): Promise<{ diff: string; files: WrittenFile[] }> {
  const { git } = github;
  await git.fetch([subject.baseSha, subject.headSha], { depth: 1 });
  const files: WrittenFile[] = [];
  for (const { path } of await git.diff(subject.baseSha, subject.headSha)) {
    const after = await git.show(subject.headSha, path);
    const before = (await git.show(subject.baseSha, path)) ?? null;
    if (after !== undefined) files.push({ path, after, before });
  }
  return { diff: await git.patch(subject.baseSha, subject.headSha), files };
}

/** Whether bytes are text that people read: without NUL, as git tells it. */
export const isText = (bytes: Buffer): boolean => !bytes.includes(0);
