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

const LABEL_MAX = 300;
/** What stands where an address does, behind `](` or `]:`. */
const TARGET = /^\s*(<[^>\n]*>?|[^\s)]*)/;

/**
 * - A picture becomes a link unless it lies on GitHub: looking at a text must tell nobody anything.
 * - A link keeps its form when its address is of the web, of mail, or a path, and the text names no other host;
 *   else text and address are both seen, and only the address can be clicked.
 * - A bare address whose host is not what it seems is text.
 *
 * @param text without the code in it
 */
export function linkBreaks(text: string): number[] {
  const breaks: number[] = [];
  for (const { index } of text.matchAll(/!(?=\[)/g)) {
    const [, address] = /^!\[[^[\]\n]{0,300}\]\(([^\s()]+)\)/.exec(text.slice(index, index + 3_000)) ?? [];
    if (address === undefined || !PICTURE_HOST.test(hostOf(address) ?? "")) breaks.push(index + 1);
  }
  for (const { index } of text.matchAll(/\](?=[(:])/g)) {
    const [, address = ""] = TARGET.exec(text.slice(index + 2, index + 4_200)) ?? [];
    const host = hostOf(address);
    const before = text.slice(Math.max(0, index - LABEL_MAX), index);
    const label = before.slice(before.lastIndexOf("[") + 1);
    if (host === undefined || isDeceptive(label, host)) breaks.push(index + 1);
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
