/** A text that is no span, or a number that cannot be one. */
export class SpanError extends Error {
  readonly input: string;

  constructor(input: string, reason: string) {
    super(`${JSON.stringify(input)} is not a span of time: ${reason}.`);
    this.name = "SpanError";
    this.input = input;
  }
}
