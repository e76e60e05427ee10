import type { GitHub } from "@slipway/github";
import type { Subject } from "@slipway/model";

export interface WrittenFile {
  readonly path: string;
  readonly content: string;
}

/** The change from base to head: its unified diff and the text files that it writes, as they are at the head. */
export async function changeOf(
  github: GitHub,
  subject: Subject,
): Promise<{ diff: string; files: WrittenFile[] }> {
  const { git } = github;
  await git.fetch([subject.baseSha, subject.headSha], { depth: 1 });
  const files: WrittenFile[] = [];
  for (const { path } of await git.diff(subject.baseSha, subject.headSha)) {
    const content = (await git.show(subject.headSha, path))?.toString("utf8");
    if (content !== undefined && !content.includes("\u0000")) files.push({ path, content });
  }
  return { diff: await git.patch(subject.baseSha, subject.headSha), files };
}
