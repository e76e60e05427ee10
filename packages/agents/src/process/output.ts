import { StringDecoder } from "node:string_decoder";
import { joinCut } from "../prompt/text.ts";

/** Keeps the first and the last characters of a stream, in bounded memory however much is printed. */
export class HeadTail {
  readonly #decoder = new StringDecoder("utf8");
  readonly #headMax: number;
  readonly #tailMax: number;
  #head = "";
  #tail = "";
  #length = 0;

  /** @param headMax and @param tailMax in characters */
  constructor(headMax: number, tailMax: number) {
    this.#headMax = headMax;
    this.#tailMax = tailMax;
  }

  write(chunk: Buffer): void {
    this.#add(this.#decoder.write(chunk));
  }

  /** What was printed: whole, or head and tail with the count of what lies between. */
  end(): string {
    this.#add(this.#decoder.end());
    const tail = this.#tail.slice(-this.#tailMax);
    const left = this.#length - this.#head.length - tail.length;
    return left > 0 ? joinCut(this.#head, tail, left) : this.#head + tail;
  }

  #add(text: string): void {
    this.#length += text.length;
    const room = this.#headMax - this.#head.length;
    const forHead = text.slice(0, Math.max(0, room));
    this.#head += forHead;
    const rest = text.slice(forHead.length);
    if (rest.length >= this.#tailMax) this.#tail = rest.slice(-this.#tailMax);
    else if (rest !== "") {
      this.#tail += rest;
      // Cut only now and then: cutting at every chunk would copy the tail each time.
      if (this.#tail.length > 4 * this.#tailMax) this.#tail = this.#tail.slice(-this.#tailMax);
    }
  }
}
