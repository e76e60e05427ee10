/** Git objects: blobs, trees, commits, tags. */

import { z } from "zod";
import { gitText } from "../git/exec.ts";
import {
  isGitError,
  type Person,
  pathProblem,
  readBlob,
  readCommit,
  readTag,
  readTree,
  type TreeChange,
  writeBlob,
  writeCommit,
  writeTag,
  writeTree,
} from "../git/objects.ts";
import { isEmpty, isSha, objectType, resolveCommit } from "../git/refs.ts";
import { type Call, causeOf, created, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, notFound, unprocessable } from "../http/errors.ts";
import { personOf } from "../pulls/merge-commit.ts";
import { webFlow } from "../pulls/mergeability.ts";
import { gitCommit } from "../serialize/commits.ts";
import { apiUrl } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import { person, sha } from "./schemas.ts";

/** https://docs.github.com/rest/git/blobs: 40 MiB. */
const MAX_BLOB = 40 * 1024 * 1024;
const MAX_TREE_ENTRIES = 100_000;

const newBlob = z.object({ content: z.string(), encoding: z.string().default("utf-8") });
const MODES = ["100644", "100755", "040000", "160000", "120000"] as const;
const newTree = z.object({
  base_tree: z.string().nullish(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(MODES),
      type: z.enum(["blob", "tree", "commit"]).optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});
const newCommit = z.object({
  message: z.string(),
  tree: sha,
  parents: z.array(sha).default([]),
  author: person.optional(),
  committer: person.partial().optional(),
  signature: z.string().optional(),
});
const newTag = z.object({
  tag: z.string().min(1),
  message: z.string(),
  object: sha,
  type: z.enum(["commit", "tree", "blob"]),
  tagger: person.optional(),
});

/** The API cannot write into a repository that has no commit. */
export async function refuseEmpty(call: Call): Promise<void> {
  if (await isEmpty(call.git)) throw new ApiError(409, "Git Repository is empty.");
}

function decode(body: z.output<typeof newBlob>): Buffer {
  switch (body.encoding) {
    case "utf-8":
      return Buffer.from(body.content, "utf8");
    case "base64": {
      const text = body.content.replaceAll(/\s/g, "");
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw unprocessable("content is not valid Base64");
      return Buffer.from(text, "base64");
    }
    default:
      throw unprocessable(`encoding must be either utf-8 or base64, not ${body.encoding}`);
  }
}

async function createBlob(call: Call) {
  const content = decode(parseBody(call, newBlob));
  if (content.length > MAX_BLOB) throw unprocessable("Your blob is larger than the 40 MiB that are allowed.");
  await refuseEmpty(call);
  const blob = await writeBlob(call.git, content);
  const json = { url: `${apiUrl(call.world, call.repository)}/git/blobs/${blob}`, sha: blob };
  return created(json);
}

async function getBlob(call: Call) {
  const blob = param(call, "file_sha").toLowerCase();
  const content = isSha(blob) ? await readBlob(call.git, blob) : undefined;
  if (!content) throw notFound();
  if (call.accept.includes("raw")) {
    return { status: 200, raw: { content, type: "application/vnd.github.raw; charset=utf-8" } };
  }
  return ok({
    sha: blob,
    node_id: nodeId("Blob", `${call.repository.id}:${blob}`),
    size: content.length,
    url: `${apiUrl(call.world, call.repository)}/git/blobs/${blob}`,
    content: content.toString("base64").replaceAll(/(.{60})/g, "$1\n"),
    encoding: "base64",
  });
}

async function treeJson(call: Call, treeSha: string, recursive: boolean) {
  const entries = await readTree(call.git, treeSha, recursive);
  if (!entries) throw notFound();
  const api = apiUrl(call.world, call.repository);
  const folder = { blob: "blobs", tree: "trees", commit: "commits" } as const;
  return {
    sha: treeSha,
    url: `${api}/git/trees/${treeSha}`,
    tree: entries.slice(0, MAX_TREE_ENTRIES).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      // A submodule's commit lives in another repository.
      ...(entry.type === "commit" ? {} : { url: `${api}/git/${folder[entry.type]}/${entry.sha}` }),
    })),
    truncated: entries.length > MAX_TREE_ENTRIES,
  };
}

async function createTree(call: Call) {
  const body = parseBody(call, newTree);
  await refuseEmpty(call);
  if (!body.tree.length) throw unprocessable("Invalid tree info");
  let base: string | undefined;
  if (body.base_tree) {
    const type = await objectType(call.git, body.base_tree);
    if (type !== "tree" && type !== "commit") throw unprocessable("base_tree is not a valid tree oid");
    base = await gitText(call.git, ["rev-parse", `${body.base_tree}^{tree}`]);
  }
  const changes: TreeChange[] = [];
  for (const entry of body.tree) {
    const problem = pathProblem(entry.path);
    if (problem) throw unprocessable(problem);
    if (entry.sha !== undefined && entry.sha !== null && entry.content !== undefined) {
      throw unprocessable("Must supply either tree.sha or tree.content, not both");
    }
    if (entry.content !== undefined) {
      changes.push({ path: entry.path, mode: entry.mode, sha: await writeBlob(call.git, entry.content) });
      continue;
    }
    if (entry.sha === undefined) throw unprocessable("Must supply either tree.sha or tree.content");
    if (entry.sha !== null && entry.mode !== "160000") {
      const type = await objectType(call.git, entry.sha);
      const wanted = entry.mode === "040000" ? "tree" : "blob";
      if (type !== wanted) throw unprocessable(`tree.sha ${entry.sha} is not a valid ${wanted}`);
    }
    changes.push({ path: entry.path, mode: entry.mode, sha: entry.sha });
  }
  try {
    const written = await writeTree(call.git, base, changes);
    return created(await treeJson(call, written, false));
  } catch (error) {
    if (isGitError(error)) throw unprocessable(`GitRPC::BadObjectState: ${error.stderr.trim()}`);
    throw error;
  }
}

async function getTree(call: Call) {
  const name = param(call, "tree_sha");
  const treeish =
    isSha(name) && (await objectType(call.git, name)) === "tree" ? name : await resolveCommit(call.git, name);
  if (!treeish) {
    await refuseEmpty(call);
    throw notFound();
  }
  const treeSha = await gitText(call.git, ["rev-parse", `${treeish}^{tree}`]);
  return ok(await treeJson(call, treeSha, call.query.has("recursive")));
}

/** A date as given, else now. */
function dated(call: Call, input: z.output<typeof person>): Person {
  return { name: input.name, email: input.email, date: input.date ?? call.world.store.timestamp() };
}

async function createCommit(call: Call) {
  const body = parseBody(call, newCommit);
  await refuseEmpty(call);
  if ((await objectType(call.git, body.tree)) !== "tree") throw unprocessable("Tree SHA does not exist");
  for (const parent of body.parents) {
    if ((await objectType(call.git, parent)) !== "commit")
      throw unprocessable("Parent SHA does not exist or is not a commit object");
  }
  const cause = causeOf(call);
  const own = personOf(call.world, cause.user);
  const author = body.author ? dated(call, body.author) : own;
  // A bot's commit that names nobody is GitHub's own: signed with its key, shown as verified.
  const verified = cause.app !== null && !body.author && !body.committer;
  const named =
    body.committer?.name && body.committer.email
      ? { name: body.committer.name, email: body.committer.email }
      : undefined;
  const committer = verified
    ? webFlow(call.world)
    : named
      ? dated(call, { ...named, ...(body.committer?.date ? { date: body.committer.date } : {}) })
      : author;
  const commitSha = await writeCommit(call.git, {
    tree: body.tree,
    parents: body.parents,
    message: body.message,
    author,
    committer,
  });
  if (verified) call.repository.verifiedCommits.add(commitSha);
  return created(await commitAnswer(call, commitSha));
}

async function commitAnswer(call: Call, commitSha: string) {
  const commit = isSha(commitSha) ? await readCommit(call.git, commitSha) : undefined;
  if (!commit) throw notFound();
  return gitCommit(call.world, call.repository, commit);
}

async function tagJson(call: Call, tagSha: string) {
  const tag = isSha(tagSha) ? await readTag(call.git, tagSha) : undefined;
  if (!tag) throw notFound();
  const api = apiUrl(call.world, call.repository);
  return {
    node_id: nodeId("Tag", `${call.repository.id}:${tagSha}`),
    sha: tagSha,
    url: `${api}/git/tags/${tagSha}`,
    tagger: tag.tagger,
    object: {
      sha: tag.object.sha,
      type: tag.object.type,
      url: `${api}/git/${tag.object.type}s/${tag.object.sha}`,
    },
    tag: tag.tag,
    message: tag.message,
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

async function createTag(call: Call) {
  const body = parseBody(call, newTag);
  if ((await objectType(call.git, body.object)) !== body.type)
    throw unprocessable(`Object ${body.object} is not a ${body.type}`);
  const tagger = body.tagger ? dated(call, body.tagger) : personOf(call.world, causeOf(call).user);
  try {
    return created(await tagJson(call, await writeTag(call.git, { ...body, tagger })));
  } catch (error) {
    if (isGitError(error)) throw unprocessable(`The tag is not valid: ${error.stderr.trim()}`);
    throw error;
  }
}

const GIT = "/repos/{owner}/{repo}/git";

export const gitDataRoutes: readonly Route[] = [
  route(`POST ${GIT}/blobs`, createBlob),
  route(`GET ${GIT}/blobs/{file_sha}`, getBlob),
  route(`POST ${GIT}/trees`, createTree),
  route(`GET ${GIT}/trees/{tree_sha}`, getTree),
  route(`POST ${GIT}/commits`, createCommit),
  route(`GET ${GIT}/commits/{commit_sha}`, async (call) =>
    ok(await commitAnswer(call, param(call, "commit_sha").toLowerCase())),
  ),
  route(`POST ${GIT}/tags`, createTag),
  route(`GET ${GIT}/tags/{tag_sha}`, async (call) =>
    ok(await tagJson(call, param(call, "tag_sha").toLowerCase())),
  ),
];
