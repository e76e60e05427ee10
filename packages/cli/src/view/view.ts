/** How a run is shown: a picture that redraws itself, plain lines, or JSON lines. */
import { createLogUpdate } from "log-update";
import picocolors from "picocolors";
import type { Happening } from "../follow/happening.ts";
import type { Snapshot } from "../follow/progress.ts";
import { frame, type Palette, type Summary, summaryText } from "./frame.ts";
import { plainLine } from "./plain.ts";

/** A stream that may be a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface View {
  happening(happening: Happening): void;
  /** From now on the view may ask for the state of things at any time. */
  follow(look: () => { readonly snapshot: Snapshot; readonly elapsedMs: number }): void;
  /** Ends the picture and leaves its last state; the summary follows. */
  end(summary: Summary): void;
  /** A message below everything else; for people, never on the stream of JSON lines. */
  say(text: string): void;
  /** Puts the terminal back as it was, at whatever point the view is left. */
  close(): void;
}

export interface ViewInput {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const REDRAW_MS = 100;

export function createView(input: ViewInput): View {
  if (input.json) return jsonView(input);
  const live = input.stdout.isTTY === true && input.env.TERM !== "dumb" && !input.env.CI;
  return live ? liveView(input) : plainView(input);
}

function paletteFor(output: Output, env: ViewInput["env"]): Palette {
  const forced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== "0";
  const wanted = output.isTTY === true && env.TERM !== "dumb";
  return picocolors.createColors(!env.NO_COLOR && (forced || wanted));
}

function plainView({ stdout, env }: ViewInput): View {
  const palette = paletteFor(stdout, env);
  return {
    happening(happening) {
      const line = plainLine(happening);
      if (line !== undefined) stdout.write(`${line}\n`);
    },
    follow: () => undefined,
    end: (summary) => stdout.write(`\n${summaryText(summary, palette)}\n`),
    say: (text) => stdout.write(`${text}\n`),
    close: () => undefined,
  };
}

function jsonView({ stdout, stderr, env }: ViewInput): View {
  const palette = paletteFor(stderr, env);
  return {
    happening: (happening) => stdout.write(`${JSON.stringify(happening)}\n`),
    follow: () => undefined,
    end: (summary) => stderr.write(`${summaryText(summary, palette)}\n`),
    say: (text) => stderr.write(`${text}\n`),
    close: () => undefined,
  };
}

function liveView({ stdout, env }: ViewInput): View {
  const palette = paletteFor(stdout, env);
  const screen = createLogUpdate(stdout as NodeJS.WriteStream);
  let look: Parameters<View["follow"]>[0] | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    if (!look) return;
    const { snapshot, elapsedMs } = look();
    // A row above it and one below stay free: a picture as high as the terminal would scroll with every redraw.
    const size = { columns: stdout.columns ?? 80, rows: (stdout.rows ?? 24) - 2 };
    screen(`\n${frame(snapshot, elapsedMs, size, palette)}`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    happening(happening) {
      if (happening.type === "note") screen.persist(palette.dim(happening.text));
    },
    follow(next) {
      look = next;
      draw();
      timer ??= setInterval(draw, REDRAW_MS);
    },
    end(summary) {
      stop();
      // The last picture may be higher than the terminal: the whole tree is kept in the scrollback.
      screen.clear();
      screen.done();
      if (look) {
        const { snapshot, elapsedMs } = look();
        const last = { ...snapshot, runningJobs: [], queuedJobs: 0 };
        stdout.write(
          `\n${frame(last, elapsedMs, { columns: stdout.columns ?? 80, rows: 10_000 }, palette)}\n`,
        );
      }
      look = undefined;
      stdout.write(`\n${summaryText(summary, palette)}\n`);
    },
    say(text) {
      if (look) screen.persist(text);
      else stdout.write(`${text}\n`);
    },
    close() {
      stop();
      screen.done();
    },
  };
}
