// Tries to write in every way that a run of Slipway writes, and prints what it was answered.
import { execFileSync, spawnSync } from "node:child_process";

const { JOB_TOKEN, GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
const sha = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
const head = { name: "Slipway", head_sha: sha, status: "completed", conclusion: "success" };

const attempts = [
  ["GET", "git/ref/heads/main"],
  ["POST", "git/refs", { ref: "refs/heads/intruder", sha }],
  ["PATCH", "git/refs/heads/main", { sha, force: true }],
  ["POST", "issues", { title: "intruder" }],
  ["PATCH", "issues/1", { state: "closed" }],
  ["POST", "issues/1/comments", { body: "intruder" }],
  ["POST", "pulls", { title: "intruder", head: "intruder", base: "main" }],
  ["POST", "check-runs", head],
  ["POST", "releases", { tag_name: "v9.9.9" }],
  ["POST", "dispatches", { event_type: "intruder" }],
];
for (const [method, path, body] of attempts) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${JOB_TOKEN}`,
      "content-type": "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await response.arrayBuffer();
  console.log(`attempt ${method} ${path} ${response.status}`);
}

const url = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
const basic = Buffer.from(`x-access-token:${JOB_TOKEN}`).toString("base64");
const push = (...options) => {
  const args = [...options, "push", url, "HEAD:refs/heads/intruder"];
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
  const { status, stderr } = spawnSync("git", args, { encoding: "utf8", env });
  return `${status === 0 ? "accepted" : "refused"} ${/\b40[13]\b|terminal prompts disabled/.exec(stderr)?.[0]}`;
};
console.log(`push with what the checkout left: ${push()}`);
console.log(`push with the token: ${push("-c", `http.extraHeader=authorization: basic ${basic}`)}`);
