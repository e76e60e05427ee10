/** Histories and comparisons. */

import { commitsBetween, diffFiles, logCommits, rawDiff } from "../git/diff.ts";
import { gitText } from "../git/exec.ts";
import { readCommit } from "../git/objects.ts";
import { isAncestor, isEmpty, mergeBase, resolveCommit } from "../git/refs.ts";
import { type Call, ok, param, type Route, route } from "../http/call.ts";
import { ApiError, notFound } from "../http/errors.ts";
import { linkHeader, paged, pageQuery, slicePage } from "../http/paginate.ts";
import { commitJson, commitsJson, diffEntry, fullCommit } from "../serialize/commits.ts";
import { simplePull } from "../serialize/pulls.ts";
import { apiUrl, htmlUrl } from "../serialize/repositories.ts";
import { pullsOf } from "../store/store.ts";
import { commitOf } from "./find.ts";

/** https://docs.github.com/rest/commits: 300 files, 250 commits in a comparison. */
const MAX_FILES = 300;

async function list(call: Call) {
  const { query, git } = call;
  if (await isEmpty(git)) throw new ApiError(409, "Git Repository is empty.");
  const from = await resolveCommit(git, query.get("sha") ?? call.repository.defaultBranch);
  if (!from) throw notFound();
  const page = pageQuery(call);
  const optional = (name: string) => (query.get(name) ? { [name]: query.get(name) ?? "" } : {});
  const path = query.get("path");
  const shas = await logCommits(git, {
    from,
    skip: (page.page - 1) * page.perPage,
    // One more than the page tells whether another follows.
    count: page.perPage + 1,
    ...optional("since"),
    ...optional("until"),
    ...optional("author"),
    ...(path ? { path } : {}),
  });
  const json = await commitsJson(call.world, call.repository, shas.slice(0, page.perPage));
  const total = (page.page - 1) * page.perPage + shas.length;
  return { status: 200, json, headers: linkHeader(call, total, page) };
}

async function get(call: Call) {
  const sha = await commitOf(call, param(call, "ref"));
  const commit = await readCommit(call.git, sha);
  if (!commit) throw notFound();
  if (call.accept.includes("sha"))
    return { status: 200, raw: { content: sha, type: "application/vnd.github.sha; charset=utf-8" } };
  if (call.accept.includes("diff")) {
    const parent = commit.parents[0];
    return rawAnswer(parent ? await rawDiff(call.git, parent, sha) : "");
  }
  return ok(await fullCommit(call.world, call.repository, commit));
}

export function rawAnswer(text: string, form = "diff") {
  return {
    status: 200,
    raw: { content: text ? `${text}\n` : "", type: `application/vnd.github.${form}; charset=utf-8` },
  };
}

/** `owner:branch` names a fork on GitHub; here there is only the repository itself. */
function localName(call: Call, name: string): string {
  const [owner, ...rest] = name.split(":");
  return rest.length && owner?.toLowerCase() === call.repository.owner.login.toLowerCase()
    ? rest.join(":")
    : name;
}

async function compare(call: Call) {
  const { world, repository, git } = call;
  const basehead = param(call, "basehead");
  const cut = basehead.indexOf("...");
  const twoDots = cut < 0;
  const parts = twoDots ? basehead.split("..") : [basehead.slice(0, cut), basehead.slice(cut + 3)];
  const [base, head] = await Promise.all(
    parts.slice(0, 2).map((name) => resolveCommit(git, localName(call, name))),
  );
  if (parts.length !== 2 || !base || !head) throw notFound();
  const start = await mergeBase(git, base, head);
  if (!start) throw new ApiError(404, `No common ancestor between ${parts[0]} and ${parts[1]}.`);
  if (call.accept.includes("diff")) return rawAnswer(await rawDiff(git, start, head));
  const ahead = await commitsBetween(git, base, head);
  const behind = Number(await gitText(git, ["rev-list", "--count", base, `^${head}`]));
  const files = await diffFiles(git, start, head);
  const [baseCommit, startCommit] = await Promise.all([readCommit(git, base), readCommit(git, start)]);
  if (!baseCommit || !startCommit) throw notFound();
  const query = pageQuery(call, 100);
  const commits =
    call.query.has("page") || call.query.has("per_page") ? slicePage(ahead, query) : ahead.slice(0, 250);
  const api = apiUrl(world, repository);
  const html = htmlUrl(world, repository);
  return {
    status: 200,
    headers:
      call.query.has("page") || call.query.has("per_page") ? linkHeader(call, ahead.length, query) : {},
    json: {
      url: `${api}/compare/${basehead}`,
      html_url: `${html}/compare/${basehead}`,
      permalink_url: `${html}/compare/${base}...${head}`,
      diff_url: `${html}/compare/${basehead}.diff`,
      patch_url: `${html}/compare/${basehead}.patch`,
      base_commit: commitJson(world, repository, baseCommit),
      merge_base_commit: commitJson(world, repository, startCommit),
      status: behind ? (ahead.length ? "diverged" : "behind") : ahead.length ? "ahead" : "identical",
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: await commitsJson(world, repository, commits),
      files: files.slice(0, MAX_FILES).map((file) => diffEntry(world, repository, head, file)),
    },
  };
}

export const commitRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/commits", list),
  route("GET /repos/{owner}/{repo}/commits/{ref}", get),
  route("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", async (call) => {
    const sha = await commitOf(call, param(call, "commit_sha"));
    const found = [];
    for (const pull of pullsOf(call.repository)) {
      const within =
        (await isAncestor(call.git, sha, pull.pull.head.sha)) &&
        !(await isAncestor(call.git, sha, pull.pull.base.sha));
      if (within || pull.pull.mergeCommitSha === sha) found.push(pull);
    }
    return paged(call, found, (pull) => simplePull(call.world, pull));
  }),
  route("GET /repos/{owner}/{repo}/compare/{basehead}", compare),
];
