/**
 * What a request does without for a service that refuses it. Not every service that speaks a protocol
 * speaks all of it: what one refuses is left out, and remembered, instead of failing the stage.
 */
import { saidBy } from "./refusal.ts";

export const CONCESSIONS = [
  /** The highest effort is asked for as the second highest. */
  "effort-max",
  "effort",
  /** Numbers of tokens at the end of a stream. */
  "stream-usage",
  /** The limit of the answer under its newer name. */
  "max-completion-tokens",
  /** The shape as "some JSON", its schema told in words. */
  "json-schema",
  /** No shape at all but in words. */
  "json-object",
] as const;
export type Concession = (typeof CONCESSIONS)[number];

interface Rule {
  readonly concession: Concession;
  /** In the service's words. */
  readonly named: RegExp;
  /** When else it is tried: whatever was said, or when that was no more than that something is not known. */
  readonly unnamed?: "always" | "vague";
}

/** Words that say that something in the request is not known, and not what. */
const VAGUE =
  /^$|^(?:bad|invalid|malformed|unprocessable)[ _](?:request|entity|input|content)\b|extra |unknown|unsupported|unrecogni[sz]ed|not permitted/i;

/** In the order in which they are tried. */
const RULES: readonly Rule[] = [
  { concession: "stream-usage", named: /stream_options|include_usage/i, unnamed: "vague" },
  { concession: "effort-max", named: /effort/i },
  { concession: "effort", named: /effort/i, unnamed: "vague" },
  { concession: "max-completion-tokens", named: /max_completion_tokens/i },
  {
    concession: "json-schema",
    named: /response_format|output_config|json_?schema|schema|grammar|guided|structured/i,
    unnamed: "always",
  },
  {
    concession: "json-object",
    named: /response_format|output_config|json_?object|format|schema|structured/i,
    unnamed: "always",
  },
];

/**
 * What to leave out next after a refusal; null when nothing is left that it can be about.
 *
 * @param said the refusal's whole body
 * @param sent what the refused request still asked for
 */
export function nextConcession(said: string, sent: ReadonlySet<Concession>): Concession | null {
  const open = RULES.filter((rule) => sent.has(rule.concession));
  const named = open.find((rule) => rule.named.test(said));
  if (named) return named.concession;
  // The shape first: it is what services differ in most.
  const shape = open.find((rule) => rule.unnamed === "always");
  if (shape) return shape.concession;
  const vague = VAGUE.test(saidBy(said) ?? said.trim());
  return (vague && open.find((rule) => rule.unnamed === "vague")?.concession) || null;
}
