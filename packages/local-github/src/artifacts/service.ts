/** The rules of artifacts: unique names, immutability, limits, retention. What speaks HTTP lies in twirp.ts and azure.ts. */

import { randomBytes, randomUUID } from "node:crypto";
import { type Blobs, createBlobs } from "./blobs.ts";
import { keyOfBlob } from "./paths.ts";
import { createSignedLinks, type SignedLinks } from "./signatures.ts";
import type { ArtifactRecord, ArtifactStore } from "./store.ts";

/** Artifacts that one job may create. */
export const MOST_PER_JOB = 500;
/** Days an artifact is kept when its uploader asks for nothing else, and the most it may ask for. */
export const RETENTION_DAYS = 90;

const DAY = 86_400_000;
const UPLOAD_LINK = 60 * 60_000;
const DOWNLOAD_LINK = 10 * 60_000;

/** Refused in a name, as some file systems cannot hold them. */
const FORBIDDEN_IN_NAME = /["/\\:<>|*?\r\n]/;

/** Where an upload belongs to. Names are unique within an attempt: a rerun may upload them again. */
export interface Origin {
  readonly runId: number;
  readonly runAttempt: number;
  readonly jobId: number;
  /** `owner/name`. */
  readonly repository: string;
}

/** An artifact from its creation on; `record` is there once it is complete. */
export interface Upload {
  readonly name: string;
  readonly origin: Origin;
  readonly key: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly mimeType: string;
  readonly record: ArtifactRecord | undefined;
}

export type Refusal =
  | { readonly code: "invalid_argument"; readonly message: string }
  | { readonly code: "already_exists"; readonly message: string }
  | { readonly code: "not_found"; readonly message: string };

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export interface ArtifactService extends ArtifactStore {
  readonly blobs: Blobs;
  readonly links: SignedLinks;
  create(
    origin: Origin,
    request: CreateRequest,
  ): Outcome<{ readonly key: string; readonly link: URLSearchParams }>;
  /** Completing the same artifact again with the same facts gives the same id: the client repeats what it got no answer to. */
  finalize(origin: Origin, request: FinalizeRequest): Outcome<ArtifactRecord>;
  /** The newest complete artifact of a run by name. */
  find(runId: number, name: string): Outcome<ArtifactRecord>;
  /** A short-lived link to an artifact's content. */
  download(id: number): { readonly key: string; readonly link: URLSearchParams } | undefined;
  /** The job that uploaded an artifact. */
  jobOf(id: number): number | undefined;
  /** Which upload a blob belongs to. */
  uploadOf(key: string): Upload | undefined;
}

export interface CreateRequest {
  readonly name: string;
  readonly mimeType: string | undefined;
  readonly expiresAt: Date | undefined;
}

export interface FinalizeRequest {
  readonly name: string;
  /** Bytes, as the uploader counted. */
  readonly size: number;
  /** `sha256:<hex>`, as the uploader computed. */
  readonly digest: string | undefined;
}

export interface ArtifactServiceOptions {
  /** A folder of this service's own. */
  readonly directory: string;
  readonly now: () => Date;
  /** Database ids of finished artifacts. */
  readonly nextId: () => number;
}

export function createArtifactService({ directory, now, nextId }: ArtifactServiceOptions): ArtifactService {
  const blobs = createBlobs(directory, now);
  const links = createSignedLinks(randomBytes(32));
  /** By blob key, in order of creation. */
  const uploads = new Map<string, Upload>();

  const complete = (): ArtifactRecord[] =>
    [...uploads.values()].flatMap(({ record }) => (record ? [record] : []));
  const isAlive = (record: ArtifactRecord) => Date.parse(record.expiresAt) > now().getTime();
  const uploadWithId = (id: number) => [...uploads.values()].find(({ record }) => record?.id === id);
  const inAttempt = (origin: Origin, name: string) =>
    [...uploads.values()].find(
      (upload) =>
        upload.name === name &&
        upload.origin.runId === origin.runId &&
        upload.origin.runAttempt === origin.runAttempt,
    );

  return {
    blobs,
    links,
    create(origin, { name, mimeType, expiresAt }) {
      if (name === "" || FORBIDDEN_IN_NAME.test(name)) {
        return refuse(
          "invalid_argument",
          `the artifact name '${name}' is empty or holds one of " / \\ : < > | * ? or a line break`,
        );
      }
      if (inAttempt(origin, name)) {
        return refuse("already_exists", "an artifact with this name already exists on the workflow run");
      }
      const own = [...uploads.values()].filter((upload) => upload.origin.jobId === origin.jobId);
      if (own.length >= MOST_PER_JOB) {
        return refuse(
          "invalid_argument",
          `this job has already created ${MOST_PER_JOB} artifacts, the most that one may`,
        );
      }
      const at = now();
      const latest = at.getTime() + RETENTION_DAYS * DAY;
      const type = mimeType ?? "application/zip";
      // A client takes content for a zip by the end of its path, too.
      const key = `${randomUUID()}${type === "application/zip" ? ".zip" : ""}`;
      uploads.set(key, {
        name,
        origin,
        key,
        createdAt: at,
        expiresAt: new Date(Math.min(latest, expiresAt?.getTime() ?? latest)),
        mimeType: type,
        record: undefined,
      });
      return { ok: true, value: { key, link: links.sign(key, "cw", at.getTime() + UPLOAD_LINK) } };
    },

    finalize(origin, { name, size, digest }) {
      const upload = inAttempt(origin, name);
      if (!upload) return refuse("not_found", `no artifact named '${name}' was created on this workflow run`);
      const blob = blobs.get(upload.key);
      if (!blob) return refuse("invalid_argument", `the content of artifact '${name}' was never uploaded`);
      if (blob.size !== size) {
        return refuse(
          "invalid_argument",
          `artifact '${name}' has ${blob.size} bytes here and ${size} at its uploader`,
        );
      }
      if (digest !== undefined && digest.toLowerCase() !== blob.digest) {
        return refuse(
          "invalid_argument",
          `artifact '${name}' is ${blob.digest} here and ${digest} at its uploader`,
        );
      }
      if (upload.record) return { ok: true, value: upload.record };
      const record: ArtifactRecord = {
        id: nextId(),
        runId: origin.runId,
        repository: origin.repository,
        name,
        size: blob.size,
        digest: blob.digest,
        createdAt: toSecond(upload.createdAt),
        expiresAt: toSecond(upload.expiresAt),
      };
      uploads.set(upload.key, { ...upload, record });
      return { ok: true, value: record };
    },

    find(runId, name) {
      const found = complete().findLast(
        (record) => record.runId === runId && record.name === name && isAlive(record),
      );
      return found
        ? { ok: true, value: found }
        : refuse("not_found", `no artifact named '${name}' on this workflow run`);
    },

    download(id) {
      const upload = uploadWithId(id);
      if (!upload?.record || !isAlive(upload.record)) return undefined;
      return { key: upload.key, link: links.sign(upload.key, "r", now().getTime() + DOWNLOAD_LINK) };
    },

    jobOf: (id) => uploadWithId(id)?.origin.jobId,
    uploadOf: (key) => uploads.get(key),
    uploader: (path) => {
      const key = keyOfBlob(path);
      return key === undefined ? undefined : uploads.get(key)?.origin;
    },
    list: (runId) => complete().filter((record) => record.runId === runId),
    listRepository: (repository) =>
      complete().filter((record) => record.repository.toLowerCase() === repository.toLowerCase()),
    get: (id) => uploadWithId(id)?.record,
    read(id) {
      const upload = uploadWithId(id);
      return upload?.record && isAlive(upload.record) ? blobs.read(upload.key) : undefined;
    },
    remove(id) {
      const upload = uploadWithId(id);
      if (!upload) return false;
      uploads.delete(upload.key);
      blobs.remove(upload.key);
      return true;
    },
  };
}

function refuse(code: Refusal["code"], message: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, message } };
}

function toSecond(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
