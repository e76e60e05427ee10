/** Longest line that is handed on whole; of a longer one the beginning is. */
const LINE_MAX = 4_000_000;

/** Cuts a stream into lines, in bounded memory. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(text: string): void {
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    for (const [index, line] of lines.entries()) {
      this.#hand(index === 0 ? this.#rest + line : line);
      if (index === 0) this.#rest = "";
    }
    if (this.#rest.length < LINE_MAX) this.#rest += last.slice(0, LINE_MAX - this.#rest.length);
  }

  /** The last line, when it has no end. */
  end(): void {
    if (this.#rest !== "") this.#hand(this.#rest);
    this.#rest = "";
  }

  #hand(line: string): void {
    const bare = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (bare !== "") this.#onLine(bare);
  }
}
