/**
 * Renders every comment, issue and summary that Slipway writes, for a run in each state, to HTML as GitHub shows
 * them, into `.preview/`.
 *
 *   npm run preview
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Exhibit, exhibits } from "./preview/exhibits.ts";
import { renderMarkdown } from "./preview/markdown.ts";
import { exhibitPage, fileName, indexPage } from "./preview/pages.ts";

const FOLDER = join(import.meta.dirname, "..", ".preview");
const REPOSITORY = "ada/durations";

/** Writes all pages and returns the path of the index. */
export async function writePreview(folder: string, shown: readonly Exhibit[]): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const css = await readFile(
    fileURLToPath(import.meta.resolve("github-markdown-css/github-markdown.css")),
    "utf8",
  );
  await writeFile(join(folder, "github-markdown.css"), css);
  for (const exhibit of shown) {
    const html = await renderMarkdown(exhibit.markdown, exhibit.place, REPOSITORY);
    await writeFile(join(folder, fileName(exhibit)), exhibitPage(exhibit, html));
  }
  const index = join(folder, "index.html");
  await writeFile(index, indexPage(shown));
  return index;
}

if (import.meta.main) {
  const shown = exhibits();
  const index = await writePreview(FOLDER, shown);
  console.log(`${shown.length} pages: open ${index}`);
}
