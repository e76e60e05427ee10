/** Block blobs on disk, as far as an artifact's upload and download need them. Everything streams. */

import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Blob {
  /** Bytes. */
  readonly size: number;
  /** `sha256:<hex>` of the whole content. */
  readonly digest: string;
  readonly contentType: string;
  readonly etag: string;
  readonly writtenAt: Date;
}

export interface Blobs {
  get(key: string): Blob | undefined;
  /** Writes the whole blob at once. */
  put(key: string, content: Readable, contentType: string): Promise<Blob>;
  /** Keeps one block until a list names it. The same id again replaces it. */
  putBlock(key: string, blockId: string, content: Readable): Promise<void>;
  /** Joins blocks, in this order, into the blob. Undefined when one of them was never put. */
  commit(key: string, blockIds: readonly string[], contentType: string): Promise<Blob | undefined>;
  /** Both ends count in (as in HTTP); without them, all of it. */
  read(key: string, range?: { readonly start: number; readonly end: number }): Readable | undefined;
  remove(key: string): void;
}

/** `directory` is made when first needed. Keys are names that this service made itself: safe as file names. */
export function createBlobs(directory: string, now: () => Date): Blobs {
  const blobs = new Map<string, Blob>();
  /** Blocks of each blob's content: a list that is put again, because its answer was lost, may name them again. */
  const committed = new Map<string, readonly string[]>();
  const contentPath = (key: string) => join(directory, key);
  const blocksPath = (key: string) => join(directory, `${key}.blocks`);
  // A block id is any base64 text up to 64 bytes: hashed, it is a file name everywhere.
  const blockName = (id: string) => createHash("sha256").update(id).digest("hex");

  async function write(key: string, sources: AsyncIterable<Uint8Array>, contentType: string): Promise<Blob> {
    await mkdir(directory, { recursive: true });
    const partial = `${contentPath(key)}.${randomUUID()}.partial`;
    const hash = createHash("sha256");
    let size = 0;
    try {
      await pipeline(
        sources,
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.byteLength;
            yield chunk;
          }
        },
        createWriteStream(partial),
      );
      await rename(partial, contentPath(key));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    const blob: Blob = {
      size,
      digest: `sha256:${hash.digest("hex")}`,
      contentType,
      etag: `"0x${randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase()}"`,
      writtenAt: now(),
    };
    blobs.set(key, blob);
    return blob;
  }

  return {
    get: (key) => blobs.get(key),
    put: (key, content, contentType) => write(key, content, contentType),
    async putBlock(key, blockId, content) {
      const folder = blocksPath(key);
      await mkdir(folder, { recursive: true });
      const partial = join(folder, `${randomUUID()}.partial`);
      try {
        await pipeline(content, createWriteStream(partial));
        await rename(partial, join(folder, blockName(blockId)));
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    async commit(key, blockIds, contentType) {
      const folder = blocksPath(key);
      const names = blockIds.map(blockName);
      const there = new Set(await readdir(folder).catch(() => []));
      if (names.some((name) => !there.has(name)))
        return committed.get(key)?.join() === names.join() ? blobs.get(key) : undefined;
      const blob = await write(key, concatenate(names.map((name) => join(folder, name))), contentType);
      await rm(folder, { recursive: true, force: true });
      committed.set(key, names);
      return blob;
    },
    read(key, range) {
      const blob = blobs.get(key);
      if (!blob) return undefined;
      return createReadStream(contentPath(key), range);
    },
    remove(key) {
      blobs.delete(key);
      committed.delete(key);
      rmSync(contentPath(key), { force: true });
      rmSync(blocksPath(key), { recursive: true, force: true });
    },
  };
}

async function* concatenate(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Uint8Array>;
}
