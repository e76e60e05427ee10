import { NO_USAGE } from "@slipway/model";
import { EVENTS } from "./events.ts";
import { LineSplitter } from "./lines.ts";
import { nothingYet, type Report, type ReportSoFar, sumUsage } from "./report.ts";

export interface OutputReader {
  write(text: string): void;
  end(): Report;
}

export type ReaderName = "plain" | "claude-code" | "codex" | "gemini" | "cursor" | "aider";

/** Events are read as far as they are known; a line that is not, or that is no event, changes nothing. */
export function readerOf(name: ReaderName): OutputReader {
  switch (name) {
    case "plain":
      return plainReader();
    case "aider":
      return aiderReader();
    default:
      return eventReader(EVENTS[name]);
  }
}

const LAST_WORDS = 8_000;

function plainReader(): OutputReader {
  let tail = "";
  return {
    write(text) {
      tail = (tail + text).slice(-2 * LAST_WORDS);
    },
    end: () => ({ message: lastWords(tail), loose: null, usage: NO_USAGE, dollars: null, failure: null }),
  };
}

/** The last paragraph of what was printed, with those before it as far as they fit. */
function lastWords(tail: string): string | null {
  const text = tail.trim();
  if (text === "") return null;
  return text.length <= LAST_WORDS ? text : text.slice(-LAST_WORDS).replace(/^[^\n]*\n/, "");
}

/** `Tokens: 2.5k sent, 1.0k cache write, 3.1k cache hit, 300 received.` (aider/coders/base_coder.py) */
const AIDER_TOKENS =
  /^Tokens: ([\d.,]+[kM]?) sent(?:, ([\d.,]+[kM]?) cache write)?(?:, ([\d.,]+[kM]?) cache hit)?, ([\d.,]+[kM]?) received\./;
const AIDER_SESSION = /\$([\d.]+) session\./;

function aiderReader(): OutputReader {
  const plain = plainReader();
  const found = nothingYet();
  const lines = new LineSplitter((line) => {
    if (!line.startsWith("Tokens: ")) return;
    const match = AIDER_TOKENS.exec(line);
    if (match === null) return;
    const [sent, cacheWrite, cacheRead, received] = match.slice(1).map(rounded);
    found.usage = {
      calls: found.usage.calls + 1,
      inputTokens: found.usage.inputTokens + (sent ?? 0),
      outputTokens: found.usage.outputTokens + (received ?? 0),
      cacheReadTokens: found.usage.cacheReadTokens + (cacheRead ?? 0),
      cacheWriteTokens: found.usage.cacheWriteTokens + (cacheWrite ?? 0),
    };
    const dollars = AIDER_SESSION.exec(line)?.[1];
    if (dollars !== undefined) found.dollars = Number(dollars);
  });
  return {
    write(text) {
      plain.write(text);
      lines.write(text);
    },
    end() {
      lines.end();
      return { ...plain.end(), usage: found.usage, dollars: found.dollars };
    },
  };
}

function rounded(text: string | undefined): number {
  const factor = text?.endsWith("k") ? 1_000 : text?.endsWith("M") ? 1_000_000 : 1;
  const number = Number.parseFloat((text ?? "0").replace(/,/g, ""));
  return Number.isFinite(number) ? Math.round(number * factor) : 0;
}

function eventReader(take: (event: unknown, found: ReportSoFar) => void): OutputReader {
  const found = nothingYet();
  const plain = plainReader();
  let events = 0;
  const lines = new LineSplitter((line) => {
    const event = line.startsWith("{") ? parsed(line) : undefined;
    if (event === undefined) plain.write(`${line}\n`);
    else {
      events += 1;
      take(event, found);
    }
  });
  return {
    write: (text) => lines.write(text),
    end() {
      lines.end();
      const summed = [...found.byMessage.values()].reduce(sumUsage, NO_USAGE);
      const usage = found.usage.calls > 0 ? found.usage : { ...found.usage, ...summed };
      const loose = plain.end().message;
      return {
        message: found.message ?? (events === 0 ? loose : null),
        loose,
        usage,
        dollars: found.dollars,
        failure: found.failure,
      };
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
