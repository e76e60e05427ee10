import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { checkout } from "./checkout.ts";

const TOKEN = "ghs_thisTokenMustNeverBeOnDisk0123456789";
const scratch = mkdtempSync(join(tmpdir(), "checkout-"));
const shas: string[] = [];

function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8" }).trim();
}

beforeAll(() => {
  const source = join(scratch, "source");
  mkdirSync(source);
  git(source, "init", "-q", "-b", "main");
  for (const text of ["one", "two", "three"]) {
    writeFileSync(join(source, "file.txt"), text);
    git(source, "add", ".");
    git(source, "commit", "-q", "-m", text);
    shas.push(git(source, "rev-parse", "HEAD"));
  }
  mkdirSync(join(scratch, "acme"));
  git(scratch, "clone", "-q", "--bare", source, join(scratch, "acme", "spans"));
  git(join(scratch, "acme", "spans"), "config", "uploadpack.allowAnySHA1InWant", "true");
});

function request(sha: string, directory: string) {
  const serverUrl = pathToFileURL(scratch).href;
  return {
    serverUrl,
    owner: "acme",
    repo: "spans",
    token: TOKEN,
    sha,
    directory,
    submodules: false,
    lfs: false,
    env: process.env,
  };
}

test("an exact commit, shallow and detached, into an emptied directory", async () => {
  const directory = join(scratch, "work");
  mkdirSync(join(directory, "left-over"), { recursive: true });
  await checkout(request(shas[1] ?? "", directory));
  expect(readFileSync(join(directory, "file.txt"), "utf8")).toBe("two");
  expect(existsSync(join(directory, "left-over"))).toBe(false);
  expect(git(directory, "rev-parse", "HEAD")).toBe(shas[1]);
  expect(git(directory, "rev-list", "--count", "HEAD")).toBe("1");
  expect(git(directory, "status", "--porcelain")).toBe("");
});

test("the token is nowhere on disk", async () => {
  const directory = join(scratch, "secret");
  await checkout(request(shas[2] ?? "", directory));
  const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) =>
    join(directory, name),
  );
  const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1"));
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((text) => text.includes(TOKEN) || text.includes(encoded))).toEqual([]);
});

test("a commit that is not there is said to whoever set things up", async () => {
  const failed = checkout(request("0".repeat(40), join(scratch, "none")));
  await expect(failed).rejects.toThrow(ConfigurationError);
  await expect(failed).rejects.toThrow(/git fetch of acme\/spans at 0{40} failed/);
});
