/** Where a link, image or address has to be broken up. Offsets into the text, at each of which a joiner goes. */

const ADDRESS_MAX = 2_000;
/** An address of the web whose host is what it seems: no user before it, no other script, no percent or entity in it. */
const WEB = /^https?:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(?=[/?#]|$)/i;
const MAIL = /^mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
/** Pictures of these hosts tell nobody else who looks at them. */
const PICTURE_HOST = /^(?:github\.com|(?:[a-z0-9-]+\.)*githubusercontent\.com)$/i;

/** Host of an address that may be linked to; undefined when it may not be, null when it has none (a path, a part of the page). */
function hostOf(address: string): string | null | undefined {
  if (address.length > ADDRESS_MAX || /&#?\w+;/.test(address)) return undefined;
  const [, host] = WEB.exec(address) ?? [];
  if (host !== undefined) return /(?:^|\.)xn--/i.test(host) ? undefined : host.toLowerCase();
  if (MAIL.test(address)) return null;
  const isPath = !/^(?:\/[/\\]|<|[^/?#]*:)/.test(address) && !address.includes("\\");
  return isPath ? null : undefined;
}

/** A text that names another host than the address does. */
function isDeceptive(label: string, host: string | null): boolean {
  const [, named] =
    /(?:https?:\/\/|\bwww\.)([a-z0-9.-]+)/i.exec(label) ??
    /^\s*((?:[a-z0-9-]+\.)+(?:ai|app|co|com|dev|edu|gov|io|net|org))(?:[/:?#]\S*)?\s*$/i.exec(label) ??
    [];
  if (named === undefined || host === null) return false;
  const bare = (name: string) => name.toLowerCase().replace(/^www\.|\.$/g, "");
  return bare(named) !== bare(host) && !bare(host).endsWith(`.${bare(named)}`);
}

const LABEL_MAX = 2_000;
/** What stands where an address does, behind `](` or `]:`; on its way there may be the marks of a quotation. */
const TARGET = /^[\s>]*(<[^>\n]*>?|[^\s)]*)/;

/** Where the text of a link begins that ends at `end`: its brackets are in pairs, but for those that are escaped. */
function labelStart(text: string, end: number): number {
  let depth = 1;
  const least = Math.max(0, end - LABEL_MAX);
  for (let at = end - 1; at >= least; at -= 1) {
    const mark = text.charAt(at);
    if ((mark !== "[" && mark !== "]") || text.charAt(at - 1) === "\\") continue;
    depth += mark === "]" ? 1 : -1;
    if (depth === 0) return at + 1;
  }
  return least;
}

/** A label as it is read: without emphasis, code, tags and escapes, and without addresses of what is linked in it. */
const asRead = (label: string) => label.replace(/\]\([^()\s]*\)|<\/?[a-z]{1,8}(?: ?\/)?>|[*_~`\\]/gi, "");

/** Definitions are found by their names, in which neither case nor blanks count. */
const nameOf = (label: string) => label.replace(/\s+/g, " ").trim().toLowerCase().toUpperCase();

/**
 * - A picture becomes a link unless it lies on GitHub: looking at a text must tell nobody anything.
 * - A link keeps its form when its address is of the web, of mail, or a path, and the text names no other host;
 *   else text and address are both seen, and only the address can be clicked.
 * - A bare address whose host is not what it seems is text.
 *
 * @param text without the code in it
 * @param whole with it: a link's text may be code
 */
export function linkBreaks(text: string, whole = text): number[] {
  const breaks: number[] = [];
  for (const { index } of text.matchAll(/!(?=\[)/g)) {
    const [, address] = /^!\[[^[\]\n]{0,300}\]\(([^\s()]+)\)/.exec(text.slice(index, index + 3_000)) ?? [];
    if (address === undefined || !PICTURE_HOST.test(hostOf(address) ?? "")) breaks.push(index + 1);
  }
  const defined = new Map<string, (string | null)[]>();
  for (const found of text.matchAll(/\](?=[(:])/g)) {
    const { index } = found;
    const [, address = ""] = TARGET.exec(text.slice(index + 2, index + 4_200)) ?? [];
    const host = hostOf(address);
    const label = whole.slice(labelStart(text, index), index);
    if (host === undefined || isDeceptive(asRead(label), host)) breaks.push(index + 1);
    else if (text.charAt(index + 1) === ":")
      defined.set(nameOf(label), [...(defined.get(nameOf(label)) ?? []), host]);
  }
  for (const { index } of defined.size > 0 ? text.matchAll(/\](?=\[)/g) : []) {
    const [, name = ""] = /^\]\[((?:[^[\]\\]|\\.){1,999})\]/s.exec(text.slice(index, index + 1_002)) ?? [];
    const label = asRead(whole.slice(labelStart(text, index), index));
    if (defined.get(nameOf(name))?.some((host) => isDeceptive(label, host))) breaks.push(index + 1);
  }
  for (const { index } of text.matchAll(/(?:https?:\/\/|ftp:\/\/|www\.)(?=[^\s<>])/gi)) {
    // Only between angle brackets does one of them end the address.
    const run = text.charAt(index - 1) === "<" ? /^[^\s<>]*/ : /^[^\s<]*/;
    const [found = ""] = run.exec(text.slice(index, index + ADDRESS_MAX + 1)) ?? [];
    const address = /^www\./i.test(found) ? `http://${found}` : found;
    // GitHub takes these off the end of an address, and no others.
    if (hostOf(address.replace(/[).,:;!?'"*_~]+$/, "")) === undefined) breaks.push(index + 1);
  }
  return breaks;
}

/** Whether `<address>` may stay a link. */
export const isSafeAutolink = (address: string): boolean =>
  WEB.test(address) && hostOf(address) !== undefined;
