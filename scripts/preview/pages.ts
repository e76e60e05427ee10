/** The pages around what is previewed. */
import type { Exhibit } from "./exhibits.ts";

export const fileName = ({ group, name }: Exhibit): string =>
  `${`${group} ${name}`.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.html`;

/** Widths and padding of a comment on github.com, wide and on a phone. */
const STYLE = `
body { margin: 0; background: var(--bgColor-default, #fff); color-scheme: light dark; }
main { max-width: 920px; margin: 0 auto; padding: 16px; }
header { font: 12px system-ui; color: #777; padding: 8px 0; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; box-sizing: border-box; }
@media (max-width: 600px) { main { padding: 8px; } }
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="github-markdown.css">
<style>${STYLE}</style>
<main>
${body}
</main>
</html>
`;
}

export function exhibitPage(exhibit: Exhibit, html: string): string {
  const size = `${exhibit.markdown.length.toLocaleString("en-US")} characters`;
  const title = `${exhibit.group}: ${exhibit.name}`;
  return page(
    title,
    `<header><a href="index.html">All</a> · ${escaped(title)} · ${size}</header>
<article class="comment markdown-body">${html}</article>`,
  );
}

export function indexPage(exhibits: readonly Exhibit[]): string {
  const groups = Map.groupBy(exhibits, (exhibit) => exhibit.group);
  const lists = [...groups].map(([group, items]) => {
    const links = items.map((item) => `<li><a href="${fileName(item)}">${escaped(item.name)}</a></li>`);
    return `<h2>${escaped(group)}</h2>\n<ul>\n${links.join("\n")}\n</ul>`;
  });
  return page(
    "What Slipway writes",
    `<article class="markdown-body"><h1>What Slipway writes</h1>\n${lists.join("\n")}</article>`,
  );
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
