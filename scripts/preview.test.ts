import { expect, test } from "@jest/globals";
import { type RunState, statusComment } from "@slipway/model";
import { nodeOf, withNodes } from "../packages/model/src/testing/samples.ts";
import { scenes } from "../packages/model/src/testing/scenes.ts";
import { exhibits } from "./preview/exhibits.ts";
import { renderMarkdown } from "./preview/markdown.ts";
import { exhibitPage, fileName, indexPage } from "./preview/pages.ts";

const REPOSITORY = "ada/durations";
const all = exhibits();
const working = (): RunState => {
  const found = scenes().find((scene) => scene.name === "working");
  if (!found) throw new Error("There is no scene of work.");
  return found.state;
};

test("every page has a name of its own and is linked from the index", () => {
  const names = all.map(fileName);
  expect(new Set(names).size).toBe(names.length);
  const index = indexPage(all);
  for (const name of names) expect(index).toContain(`href="${name}"`);
});

test.each(all.map((exhibit) => [fileName(exhibit), exhibit] as const))(
  "%s is read as it is meant",
  async (_, exhibit) => {
    const html = await renderMarkdown(exhibit.markdown, exhibit.place, REPOSITORY);
    // Folds and tables that GitHub does not see as such would show their marks.
    const text = html.replace(/<(?:code|pre)[\s\S]*?<\/(?:code|pre)>/g, "").replace(/<[^>]+>/g, "");
    if (!exhibit.name.includes("hostile")) expect(text).not.toMatch(/\*\*|&#x3C;|\|---|^#+ |\]\(http/m);
    expect(text).not.toMatch(/undefined|\[object|NaN|\\[*_#@|~]/);
    expect(html.match(/<details>/g)?.length).toBe(exhibit.markdown.match(/<details>/g)?.length);
    expect(exhibitPage(exhibit, html)).toContain(html);
  },
);

/** The others are held by tests of their own beside the views. */
const HELD = ["Job summary", "Check run", "Issue", "Pull request", "Answer", "Blocked", "Release"];

test.each(
  all
    .filter(
      ({ group, name }) => HELD.includes(group) && !name.startsWith("decide") && !/\d{2,} nodes/.test(name),
    )
    .map((exhibit) => [fileName(exhibit), exhibit] as const),
)("%s stays as it was looked at", (_, { markdown }) => {
  expect(markdown).toMatchSnapshot();
});

test.each(all.map((exhibit) => [fileName(exhibit), exhibit] as const))(
  "%s fits",
  (_, { place, markdown }) => {
    if (place === "comment") expect(markdown.length).toBeLessThan(65_536);
    expect(Buffer.byteLength(markdown)).toBeLessThan(1_048_576);
  },
);

test("hostile titles and reasons are text on the page, too", async () => {
  const hostile =
    "@eve #666 GH-667 <script>alert(1)</script> <img src=x onerror=alert(1)> </details> | a | https://github.com/o/r/issues/668";
  const state = withNodes(working(), {
    T2: { plan: { ...nodeOf(working(), "T2").plan, title: hostile } },
    T4: { status: "BLOCKED", lease: null, trouble: hostile },
  });
  const html = await renderMarkdown(statusComment(state), "comment", REPOSITORY);
  expect(html).not.toMatch(/<script|<img|github\.com\/eve|issues\/66[678]"/);
  expect(html).toContain("&#x3C;script>");
});
