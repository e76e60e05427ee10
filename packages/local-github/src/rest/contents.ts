/** Files and folders of a branch. */

import { z } from "zod";
import {
  entryAt,
  isGitError,
  pathProblem,
  readBlob,
  readCommit,
  readTree,
  type TreeEntry,
  writeBlob,
  writeCommit,
  writeTree,
} from "../git/objects.ts";
import { branchHead, isEmpty, isValidRefName, resolveCommit, swapRef, ZERO } from "../git/refs.ts";
import { type Call, causeOf, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, conflict, invalid, notFound, unprocessable } from "../http/errors.ts";
import { refuseNewWorkflows, workflowRefusal } from "../pulls/merge.ts";
import { personOf } from "../pulls/merge-commit.ts";
import { webFlow } from "../pulls/mergeability.ts";
import { afterRefChanges } from "../pulls/ref-changes.ts";
import { refusalOf } from "../pulls/rules.ts";
import { gitCommit } from "../serialize/commits.ts";
import { apiUrl, htmlUrl } from "../serialize/repositories.ts";
import { person } from "./schemas.ts";

const change = z.object({
  message: z.string(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});
const put = change.extend({ content: z.string() });

/** Beyond this the content is only served raw; see the "contents" reference. */
const MAX_INLINE = 1024 * 1024;

const encodePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

function entryBase(call: Call, ref: string, path: string, entry: Pick<TreeEntry, "type" | "sha" | "mode">) {
  const api = apiUrl(call.world, call.repository);
  const html = htmlUrl(call.world, call.repository);
  const encoded = encodePath(path);
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const isFile = entry.type === "blob";
  const git = entry.type === "commit" ? null : `${api}/git/${isFile ? "blobs" : "trees"}/${entry.sha}`;
  const page =
    entry.type === "commit"
      ? null
      : `${html}/${isFile ? "blob" : "tree"}/${encodeURIComponent(ref)}/${encoded}`;
  return {
    name: path.split("/").at(-1) ?? "",
    path,
    sha: entry.sha,
    url,
    html_url: page,
    git_url: git,
    download_url: isFile ? `${html}/raw/${encodeURIComponent(ref)}/${encoded}` : null,
    _links: { self: url, git, html: page },
  };
}

function kindOf(entry: TreeEntry): "file" | "dir" | "symlink" | "submodule" {
  if (entry.type === "tree") return "dir";
  if (entry.type === "commit") return "submodule";
  return entry.mode === "120000" ? "symlink" : "file";
}

async function fileJson(call: Call, ref: string, path: string, entry: TreeEntry) {
  const base = entryBase(call, ref, path, entry);
  const content = (await readBlob(call.git, entry.sha)) ?? Buffer.alloc(0);
  if (entry.mode === "120000")
    return { ...base, type: "symlink", target: content.toString("utf8"), size: content.length };
  const inline = content.length <= MAX_INLINE;
  return {
    ...base,
    type: "file",
    size: content.length,
    encoding: inline ? "base64" : "none",
    content: inline ? content.toString("base64").replaceAll(/(.{60})/g, "$1\n") : "",
  };
}

/** The readme that GitHub shows: in `.github`, else at the root, else in `docs`. */
async function readme(call: Call) {
  const ref = call.query.get("ref") ?? call.repository.defaultBranch;
  const commit = await resolveCommit(call.git, ref);
  for (const folder of commit ? [".github", "", "docs"] : []) {
    const entries = (await readTree(call.git, folder ? `${commit}:${folder}` : (commit ?? ""))) ?? [];
    const found = entries.find(
      (one) => one.type === "blob" && /^readme(\.(md|markdown|txt|rst))?$/i.test(one.path),
    );
    if (found) return get(call, folder ? `${folder}/${found.path}` : found.path);
  }
  throw notFound();
}

async function get(call: Call, path = param(call, "path").replace(/\/+$/, "")) {
  const ref = call.query.get("ref") ?? call.repository.defaultBranch;
  const commit = await resolveCommit(call.git, ref);
  if (!commit) {
    if (await isEmpty(call.git)) throw new ApiError(404, "This repository is empty.");
    throw new ApiError(404, `No commit found for the ref ${ref}`);
  }
  if (path && pathProblem(path)) throw notFound();
  const entry = path ? await entryAt(call.git, commit, path) : undefined;
  if (path && !entry) throw notFound();
  if (!entry || entry.type === "tree") {
    const entries = (await readTree(call.git, entry?.sha ?? commit)) ?? [];
    return ok(
      entries.map((one) => ({
        type: kindOf(one),
        size: one.size ?? 0,
        ...entryBase(call, ref, path ? `${path}/${one.path}` : one.path, one),
      })),
    );
  }
  if (entry.type === "commit") {
    return ok({ ...entryBase(call, ref, path, entry), type: "submodule", size: 0, submodule_git_url: null });
  }
  if (call.accept.includes("raw")) {
    const content = (await readBlob(call.git, entry.sha)) ?? Buffer.alloc(0);
    return { status: 200, raw: { content, type: "application/vnd.github.raw; charset=utf-8" } };
  }
  return ok(await fileJson(call, ref, path, entry));
}

/** Writes one file change as a commit on a branch. `content` null removes the file. */
async function commitChange(call: Call, input: z.output<typeof change>, content: Buffer | null) {
  const { world, repository, git } = call;
  const path = param(call, "path");
  if (pathProblem(path)) throw unprocessable("path contains a malformed path component");
  const branch = input.branch ?? repository.defaultBranch;
  if (!isValidRefName(`refs/heads/${branch}`)) throw new ApiError(404, `Branch ${branch} not found`);
  const head = await branchHead(git, branch);
  const first = !head && branch === repository.defaultBranch && (await isEmpty(git));
  if (!head && !first) throw new ApiError(404, `Branch ${branch} not found`);
  const entry = head ? await entryAt(git, head, path) : undefined;
  if (entry && entry.type !== "blob") throw unprocessable(`${path} is not a file`);
  if (content === null && !entry) throw notFound();
  if (entry && input.sha === undefined) {
    throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
  }
  if (input.sha !== undefined && input.sha !== entry?.sha)
    throw conflict(`${path} does not match ${input.sha}`);
  const cause = causeOf(call);
  if (!cause.changesWorkflows && path.startsWith(".github/workflows/")) throw workflowRefusal(path);
  const blob = content === null ? null : await writeBlob(git, content);
  // Whoever changes a file keeps its mode.
  const mode = entry?.mode === "100755" ? "100755" : entry?.mode === "120000" ? "120000" : "100644";
  let tree: string;
  try {
    tree = await writeTree(git, head, [{ path, mode, sha: blob }]);
  } catch (error) {
    if (isGitError(error)) throw unprocessable(`${path} cannot be written: ${error.stderr.trim()}`);
    throw error;
  }
  const own = personOf(world, cause.user);
  const dated = (given: z.output<typeof person>) => ({
    ...given,
    date: given.date ?? world.store.timestamp(),
  });
  const author = input.author ? dated(input.author) : input.committer ? dated(input.committer) : own;
  const committer = input.committer ? dated(input.committer) : input.author ? author : webFlow(world);
  const commitSha = await writeCommit(git, {
    tree,
    parents: head ? [head] : [],
    message: input.message,
    author,
    committer,
  });
  const update = { ref: `refs/heads/${branch}`, old: head ?? ZERO, next: commitSha };
  const reason = refusalOf(repository, update);
  if (reason) throw conflict(reason);
  await refuseNewWorkflows(git, commitSha, cause);
  if ((await swapRef(git, update.ref, update.next, update.old)) === "conflict") {
    throw conflict(`is at ${(await branchHead(git, branch)) ?? "nothing"} but expected ${head ?? ZERO}`);
  }
  if (!input.author && !input.committer) repository.verifiedCommits.add(commitSha);
  await afterRefChanges(world, repository, [update], cause);
  const commit = await readCommit(git, commitSha);
  if (!commit) throw new Error(`Commit ${commitSha} is missing right after it was written.`);
  const now = content === null ? undefined : await entryAt(git, commitSha, path);
  return {
    status: entry || content === null ? 200 : 201,
    json: {
      content: now ? withoutContent(await fileJson(call, branch, path, now)) : null,
      commit: gitCommit(world, repository, commit),
    },
  };
}

function withoutContent(file: Awaited<ReturnType<typeof fileJson>>) {
  const { content: _content, encoding: _encoding, ...rest } = { content: "", encoding: "", ...file };
  return rest;
}

export const contentRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/contents/{path}", (call) => get(call)),
  route("GET /repos/{owner}/{repo}/readme", readme),
  route("PUT /repos/{owner}/{repo}/contents/{path}", (call) => {
    const body = parseBody(call, put);
    const text = body.content.replaceAll(/\s/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      throw invalid({
        resource: "Commit",
        field: "content",
        code: "invalid",
        message: "content is not valid Base64",
      });
    return commitChange(call, body, Buffer.from(text, "base64"));
  }),
  route("DELETE /repos/{owner}/{repo}/contents/{path}", (call) => {
    // A DELETE may carry its fields in the query instead of a body.
    const given = call.body ?? Object.fromEntries(call.query);
    const body = parseBody({ ...call, repository: call.repository, git: call.git, body: given }, change);
    if (body.sha === undefined) throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
    return commitChange(call, body, null);
  }),
];
