/** Markdown to HTML by GitHub's rules: GFM, emoji, references, hard breaks in comments, and its sanitizing. */
import { linkReferences } from "@slipway/model";
import rehypeRaw from "rehype-raw";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkBreaks from "remark-breaks";
import remarkGemoji from "remark-gemoji";
import remarkGfm from "remark-gfm";
import remarkGithub from "remark-github";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { type PluggableList, unified } from "unified";

/**
 * Where a text stands: in comments GitHub makes a line break of each line's end, and links of `#12`, commits and
 * `@name`; not in files and summaries.
 */
export type Place = "comment" | "summary";

/** GitHub turns `> [!NOTE]` into a box; the other kinds are not used here. */
const alerts = (html: string): string =>
  html.replace(
    /<blockquote>\s*<p>\[!NOTE\](?:<br>)?\s*/g,
    '<blockquote class="markdown-alert markdown-alert-note"><p class="markdown-alert-title">Note</p><p>',
  );

/**
 * @param repository `owner/name`: what `#12` and `@name` are made links to
 */
export async function renderMarkdown(markdown: string, place: Place, repository: string): Promise<string> {
  const plugins: PluggableList = [
    remarkParse,
    remarkGfm,
    remarkGemoji,
    ...(place === "comment"
      ? ([remarkBreaks, [remarkGithub, { repository, mentionStrong: false }]] satisfies PluggableList)
      : []),
    [remarkRehype, { allowDangerousHtml: true }],
    rehypeRaw,
    // The schema that hast-util-sanitize keeps after GitHub's own.
    [rehypeSanitize, defaultSchema],
    rehypeStringify,
  ];
  // The runner makes the links of a summary.
  const text = place === "summary" ? linkReferences(markdown, `https://github.com/${repository}`) : markdown;
  const file = await unified().use(plugins).process(text);
  return alerts(String(file));
}
