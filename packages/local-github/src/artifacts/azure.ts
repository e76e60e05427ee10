/**
 * The part of Azure's Blob REST API that `@azure/storage-blob` uses to upload and download an artifact: Put Blob,
 * Put Block, Put Block List, Get Blob with ranges, Get Blob Properties. Links are signed, see signatures.ts.
 * Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */

import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Context, Env, Hono } from "hono";
import type { ServiceDeps } from "../world.ts";
import type { Blob } from "./blobs.ts";
import { CONTAINER } from "./paths.ts";
import type { ArtifactService, Upload } from "./service.ts";

export function blobUrl(resultsUrl: string, key: string, link: URLSearchParams): string {
  return `${new URL(resultsUrl).origin}${CONTAINER}/${key}?${link}`;
}

const VERSION = "2025-11-05";
/** Blocks that one blob may have: Azure's limit. */
const MOST_BLOCKS = 50_000;

type Status = 200 | 201 | 206 | 400 | 403 | 404 | 409 | 416 | 501;

export function mountBlobs<E extends Env>(app: Hono<E>, deps: ServiceDeps, service: ArtifactService): void {
  const at = () => deps.world.now().getTime();
  // Hono answers HEAD by the GET handler and drops its body.
  app.get(`${CONTAINER}/:key`, (c) => {
    const key = c.req.param("key") ?? "";
    const refused = service.links.refusal(key, "r", new URL(c.req.url).searchParams, at());
    if (refused) return fail(c, 403, "AuthenticationFailed", refused);
    return get(c, service, key);
  });
  app.put(`${CONTAINER}/:key`, async (c) => {
    const key = c.req.param("key") ?? "";
    const query = new URL(c.req.url).searchParams;
    const refused = service.links.refusal(key, "cw", query, at());
    if (refused) return fail(c, 403, "AuthenticationFailed", refused);
    const upload = service.uploadOf(key);
    if (!upload) return fail(c, 404, "ResourceNotFound", "The artifact was deleted.");
    if (upload.record)
      return fail(c, 409, "BlobImmutableDueToPolicy", "The artifact is complete; it cannot be changed.");
    return put(c, service, upload, query);
  });
}

async function put(
  c: Context,
  service: ArtifactService,
  upload: Upload,
  query: URLSearchParams,
): Promise<Response> {
  const { blobs } = service;
  const contentType = c.req.header("x-ms-blob-content-type") ?? upload.mimeType;
  switch (query.get("comp")) {
    case null: {
      if (c.req.header("x-ms-blob-type") !== "BlockBlob") {
        return fail(c, 400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob.");
      }
      return written(c, await blobs.put(upload.key, bodyOf(c), contentType));
    }
    case "block": {
      const blockId = query.get("blockid");
      if (!blockId) return fail(c, 400, "InvalidQueryParameterValue", "blockid is missing.");
      await blobs.putBlock(upload.key, blockId, bodyOf(c));
      return respond(c, 201, { "x-ms-request-server-encrypted": "true" });
    }
    case "blocklist": {
      const blockIds = parseBlockList(await c.req.text());
      if (!blockIds) return fail(c, 400, "InvalidXmlDocument", "The block list is not as documented.");
      if (blockIds.length > MOST_BLOCKS)
        return fail(c, 400, "BlockListTooLong", `At most ${MOST_BLOCKS} blocks.`);
      const blob = await blobs.commit(upload.key, blockIds, contentType);
      return blob
        ? written(c, blob)
        : fail(c, 400, "InvalidBlockList", "The list names a block that was never put.");
    }
    default:
      return fail(c, 501, "NotImplemented", `comp=${query.get("comp")} is not served here.`);
  }
}

function get(c: Context, service: ArtifactService, key: string): Response {
  const blob = service.blobs.get(key);
  const upload = service.uploadOf(key);
  if (!blob || !upload?.record)
    return fail(c, 404, "BlobNotFound", "The artifact does not exist, or is not complete.");
  const range = parseRange(c.req.header("x-ms-range") ?? c.req.header("range"), blob.size);
  if (range === "unsatisfiable") {
    return fail(c, 416, "InvalidRange", "The range starts beyond the end.", {
      "content-range": `bytes */${blob.size}`,
    });
  }
  const headers = {
    "content-type": blob.contentType,
    "content-length": String(range ? range.end - range.start + 1 : blob.size),
    "content-disposition": contentDisposition(upload),
    "accept-ranges": "bytes",
    "x-ms-blob-type": "BlockBlob",
    ...identity(blob),
    ...(range ? { "content-range": `bytes ${range.start}-${range.end}/${blob.size}` } : {}),
  };
  const content = c.req.method === "HEAD" ? undefined : service.blobs.read(key, range);
  return respond(c, range ? 206 : 200, headers, content);
}

/** The ids of Put Block List's body, in order; undefined when it is something else. */
export function parseBlockList(xml: string): string[] | undefined {
  const inner =
    /^\s*(?:<\?xml[^>]*\?>)?\s*<BlockList>([\s\S]*)<\/BlockList>\s*$|^\s*(?:<\?xml[^>]*\?>)?\s*<BlockList\s*\/>\s*$/.exec(
      xml.replace(/^\uFEFF/, ""),
    );
  if (!inner) return undefined;
  const items = inner[1] ?? "";
  const entry = /<(Latest|Committed|Uncommitted)>([A-Za-z0-9+/=]+)<\/\1>/g;
  if (items.replaceAll(entry, "").trim() !== "") return undefined;
  return [...items.matchAll(entry)].map(([, , id = ""]) => id);
}

/** One range of bytes, both ends counting; undefined for the whole, which a range not understood means, too. */
export function parseRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "")
    return size > 0 && Number(to) > 0
      ? { start: Math.max(0, size - Number(to)), end: size - 1 }
      : "unsatisfiable";
  const start = Number(from);
  const end = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size) return "unsatisfiable";
  return end < start ? undefined : { start, end };
}

function contentDisposition({ name, mimeType }: Upload): string {
  const file = mimeType === "application/zip" && !name.endsWith(".zip") ? `${name}.zip` : name;
  const plain = file.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const extended = encodeURIComponent(file).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}

function bodyOf(c: Context): Readable {
  const body = c.req.raw.body;
  return body ? Readable.fromWeb(body as ReadableStream<Uint8Array>) : Readable.from([]);
}

function identity(blob: Blob): Record<string, string> {
  return { etag: blob.etag, "last-modified": blob.writtenAt.toUTCString() };
}

function written(c: Context, blob: Blob): Response {
  return respond(c, 201, { ...identity(blob), "x-ms-request-server-encrypted": "true" });
}

function respond(
  c: Context,
  status: Status,
  headers: Record<string, string>,
  content?: Readable | string,
): Response {
  const all = new Headers({ "x-ms-version": VERSION, "x-ms-request-id": randomUUID(), ...headers });
  const echoed = c.req.header("x-ms-client-request-id");
  if (echoed) all.set("x-ms-client-request-id", echoed);
  const body =
    content instanceof Readable ? (Readable.toWeb(content) as ReadableStream<Uint8Array>) : (content ?? null);
  return new Response(body, { status, headers: all });
}

function fail(
  c: Context,
  status: Status,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`;
  return respond(c, status, { "content-type": "application/xml", "x-ms-error-code": code, ...headers }, xml);
}
