// What the pages show to be copied is tried: policies, files of agents, parts of workflows; and their links lead somewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { embeddedCatalog, withOverrides } from "@slipway/agents";
import { ENDINGS, policySchema } from "@slipway/model";
import { parse } from "yaml";
import { readWorkflow, record, triggersOf } from "./rules/workflow-file.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
const PAGES = [
  "README.md",
  "agents/README.md",
  "examples/README.md",
  ...below("docs"),
  ...readdirSync(join(root, "packages"))
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(join(root, path))),
];

/** Blocks of a language, with the line of text that stands before each. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`(?:^|\\n)(.*)\\n+ *\`\`\`${language}\\n([\\s\\S]*?)\\n *\`\`\``, "g"))].map(
    ([, before = "", body = ""]) => ({ before, body }),
  );

const yaml = PAGES.flatMap((page) => blocks(read(page), "yaml").map(({ body }) => ({ page, body })));
const KEYS = Object.keys(policySchema.parse({}));
/** Whether all of its keys are the policy's. */
const isPolicy = (body: string) => Object.keys(record(parse(body))).every((key) => KEYS.includes(key));

describe("each policy that is shown", () => {
  const shown = yaml.filter(({ body }) => isPolicy(body));
  test("is known for one, what is not belongs to workflows, and there are some on agents", () => {
    expect(shown.filter(({ page }) => page === "docs/agents.md").length).toBeGreaterThanOrEqual(3);
    const others = yaml
      .filter(({ body }) => !isPolicy(body))
      .flatMap(({ body }) => Object.keys(record(parse(body))));
    expect(others.filter((key) => KEYS.includes(key))).toEqual([]);
  });
  test.each(shown.map(({ page, body }, index) => [`${page} ${index + 1}`, body]))(
    "%s is valid",
    (_, body) => {
      expect(policySchema.safeParse(parse(body)).error?.issues).toBeUndefined();
    },
  );
});

test("the secrets that a caller is told to hand on are those that the orchestrator takes", () => {
  const path = ".github/workflows/orchestrator.yml";
  const call = record(triggersOf(readWorkflow(path, read(path))).workflow_call);
  const taken = Object.keys(record(call.secrets));
  const handed = yaml.flatMap(({ body }) => Object.keys(record(record(parse(body)).secrets)));
  expect(handed).toContain("openai-api-key");
  expect(handed.filter((name) => !taken.includes(name))).toEqual([]);
});

test("the files of agents that are shown can be put where it is said", async () => {
  const shown = PAGES.flatMap((page) =>
    blocks(read(page), "markdown").map(({ before, body }) => ({
      path: /`(\.github\/slipway\/(?:agents|onboarding)\/[a-z-]+\.md)`:$/.exec(before)?.[1],
      body,
    })),
  );
  const files = new Map(
    shown.flatMap(({ path, body }) => (path === undefined ? [] : [[path, body] as const])),
  );
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      ".github/slipway/agents/developer-implementer.md",
      ".github/slipway/onboarding/dev.md",
    ]),
  );
  const agent = (await withOverrides(embeddedCatalog(), files)).get("developer-implementer");
  expect(agent?.guardrails).toContain("Never change a public type of packages/api.");
  expect(agent?.onboarding).toMatch(/## In this repository[\s\S]*npm run build/);
});

test("every ending of an agent's work is told, with what to do", () => {
  const [, section = ""] = /## How an execution ends\n([\s\S]*?)\n## /.exec(read("docs/agents.md")) ?? [];
  const rows = [...section.matchAll(/^\| (`[^|]*?) *\|([^|]*)\|([^|]*)\|$/gm)];
  expect(rows.flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "))).toEqual(
    expect.arrayContaining([...ENDINGS]),
  );
  for (const [, , happened = "", remedy = ""] of rows) {
    expect(happened.trim()).not.toBe("");
    expect(remedy.trim()).not.toBe("");
  }
});

/** As GitHub names the headings of a page. */
const anchorsOf = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );

test.each(PAGES)("the links of %s lead to something", (page) => {
  const text = read(page).replace(/^```[\s\S]*?^```/gm, "");
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const lost = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(read(target)).includes(anchor);
  });
  expect(lost).toEqual([]);
});
