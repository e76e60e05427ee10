/** The two wire forms of a conversation, read from the bodies that a server was sent. Pure. */
import { z } from "zod";

export type Wire = "anthropic" | "openai";

const fields = z.record(z.string(), z.unknown());
const list = z.array(fields);
const bodySchema = z.looseObject({ tools: list.default([]), messages: list });

export type Fields = z.infer<typeof fields>;

/** @throws ZodError when it is no body of a conversation */
export function parsed(body: string): Fields {
  return bodySchema.parse(JSON.parse(body));
}

/**
 * The request in the order in which a provider's cache reads it: what it is asked with, tools, system, messages; a
 * line for each tool and block. The marks that tell where to cache are left out: they are no part of what is cached.
 */
export function inCacheOrder(body: Fields): string {
  const { tools, system, messages, cache_control: _mark, ...rest } = body;
  const lines = [
    rest,
    ...list.parse(tools ?? []).map(unmarked),
    ...blocksOf(system),
    ...list.parse(messages).flatMap(({ content, ...message }) => [message, ...blocksOf(content)]),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function blocksOf(content: unknown): unknown[] {
  const blocks = list.safeParse(content);
  if (blocks.success) return blocks.data.map(unmarked);
  return content === undefined || content === null ? [] : [content];
}

function unmarked({ cache_control: _mark, ...block }: Fields): Fields {
  return block;
}

/** What the model was shown for its calls, oldest first. */
export function observations(body: Fields): string[] {
  const texts: string[] = [];
  withResults(body, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

/** The same request of a loop that shows the last few results only, and that the others were there. */
export function withLastResults(body: Fields, last: number): Fields {
  const old = observations(body).length - last;
  return withResults(body, (text, at) => (at < old ? "[An older result, no longer shown.]" : text));
}

/** The same request of a loop that tells the number of the turn where the model reads first. */
export function withTurnAhead(body: Fields, turn: number): Fields {
  const said = `Turn ${turn}.\n\n`;
  const ahead = (content: unknown): unknown =>
    typeof content === "string"
      ? said + content
      : list.parse(content).map((block, at) => (at === 0 ? { ...block, text: said + block.text } : block));
  if (body.system !== undefined) return { ...body, system: ahead(body.system) };
  const [first = {}, ...others] = list.parse(body.messages);
  return { ...body, messages: [{ ...first, content: ahead(first.content) }, ...others] };
}

function withResults(body: Fields, change: (text: string, at: number) => string): Fields {
  let at = -1;
  const result = (holder: Fields): Fields => {
    at += 1;
    return { ...holder, content: change(String(holder.content ?? ""), at) };
  };
  const messages = list.parse(body.messages).map((message) => {
    if (message.role === "tool") return result(message);
    const blocks = list.safeParse(message.content);
    if (!blocks.success) return message;
    return {
      ...message,
      content: blocks.data.map((block) => (block.type === "tool_result" ? result(block) : block)),
    };
  });
  return { ...body, messages };
}
