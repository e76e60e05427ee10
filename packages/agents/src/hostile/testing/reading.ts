/** What GitHub makes of a Markdown text, read by other people's parsers: none of the code under test has a part in it. */
import rehypeRaw from "rehype-raw";
import remarkGfm from "remark-gfm";
import remarkGithub from "remark-github";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

export interface Reading {
  /** Text outside code, a line for each block; where code was stands U+FFFC. */
  readonly text: string;
  /** Each run of text outside code and outside links by itself, as GitHub looks for mentions. */
  readonly runs: readonly string[];
  /** What is code, each piece with all its characters. */
  readonly code: readonly string[];
  /** Names of the elements, with the addresses of links and pictures. */
  readonly elements: readonly { readonly name: string; readonly address: string; readonly text: string }[];
  /** Raw HTML that the text brought along, before any cleaning. */
  readonly html: readonly string[];
  /** People and teams that remark-github makes links of. */
  readonly mentioned: readonly string[];
}

interface Item {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly Item[];
}

const BLOCKS = ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "pre", "div", "br"];

export function readMarkdown(markdown: string): Reading {
  const mentioned: string[] = [];
  const html: string[] = [];
  const parser = unified().use(remarkParse).use(remarkGfm);
  const source = parser.parse(markdown);
  collectHtml(source as Item, html);
  const named = unified().use(remarkGithub, {
    repository: "octo/example",
    mentionStrong: false,
    buildUrl(values) {
      if (values.type === "mention") mentioned.push(values.user);
      return false;
    },
  });
  named.runSync(parser.parse(markdown));
  const tree = unified()
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .runSync(source) as Item;
  const state = {
    text: "",
    runs: [] as string[],
    code: [] as string[],
    elements: [] as Reading["elements"][number][],
  };
  walk(tree, state);
  return { ...state, html, mentioned };
}

function collectHtml(item: Item, found: string[]): void {
  if (item.type === "html") found.push(item.value ?? "");
  for (const child of item.children ?? []) collectHtml(child, found);
}

interface State {
  text: string;
  readonly runs: string[];
  readonly code: string[];
  readonly elements: Reading["elements"][number][];
}

function walk(item: Item, state: State): void {
  if (item.type === "text") {
    state.text += item.value ?? "";
    state.runs.push(item.value ?? "");
    return;
  }
  const name = item.tagName ?? "";
  if (name === "code" || name === "pre") {
    state.code.push(textOf(item));
    state.text += "\ufffc";
    return;
  }
  if (name !== "") {
    const { href, src } = item.properties ?? {};
    state.elements.push({ name, address: String(href ?? src ?? ""), text: textOf(item) });
  }
  for (const child of item.children ?? []) walk(child, state);
  if (BLOCKS.includes(name)) state.text += "\n";
}

const textOf = (item: Item): string =>
  item.type === "text" ? (item.value ?? "") : (item.children ?? []).map(textOf).join("");
