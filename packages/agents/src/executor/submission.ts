import { asData } from "../prompt/sanitize.ts";
import { clip } from "../prompt/text.ts";
import { type Check, passed, saidOf } from "./acceptance.ts";

/** A submission with something against it is sent back this often; then it is taken as it is, and told so. */
const SENT_BACK = 2;
const DIFF_EACH = 8_000;
const OUTPUT_SHOWN = 2_500;

export interface SubmissionParts {
  /** What stands against publishing the change as it is now. */
  readonly objections: () => Promise<readonly string[]>;
  /** A hash of the change as it is now; null when it cannot be told. */
  readonly tree: () => Promise<string | null>;
  /** The change, cut to this many characters at each end. */
  readonly diff: (each: number) => Promise<string>;
  /** Runs the commands that it has to pass; null when there are none. */
  readonly check: (() => Promise<readonly Check[]>) | null;
  /** Whether the first submission gives the change back, to be looked over and confirmed. */
  readonly review: boolean;
}

export interface Ruling {
  readonly accepted: boolean;
  /** For the model. */
  readonly text: string;
  readonly isError: boolean;
}

/** What a submission has to get through: the rules for changes, the commands, and the model's own second look. */
export class SubmissionGate {
  readonly #parts: SubmissionParts;
  #sentBack = 0;
  #reviewed = false;
  #checks: { readonly tree: string | null; readonly results: readonly Check[] } | null = null;

  constructor(parts: SubmissionParts) {
    this.#parts = parts;
  }

  /** How the commands went when they were last run; null when they never were. */
  get checks(): readonly Check[] | null {
    return this.#checks?.results ?? null;
  }

  /** @param mayAnswer whether the model has a turn left in which it could mend something */
  async rule(mayAnswer: boolean): Promise<Ruling> {
    const objections = await this.#parts.objections();
    const failed = (await this.#check()).filter((check) => !passed(check));
    const problems = [...objections, ...failed.map(saidOf)];
    if (problems.length > 0 && mayAnswer && this.#sentBack < SENT_BACK) {
      this.#sentBack += 1;
      return { accepted: false, isError: true, text: sentBack(objections, failed) };
    }
    if (this.#parts.review && mayAnswer && !this.#reviewed) {
      this.#reviewed = true;
      return {
        accepted: false,
        isError: false,
        text: review(await this.#parts.diff(DIFF_EACH), this.checks),
      };
    }
    const left = problems.length === 0 ? "" : ` This is still against it:\n${list(problems)}`;
    return { accepted: true, isError: false, text: `Submitted.${left}` };
  }

  /** A change that is the same as last time has the same results. */
  async #check(): Promise<readonly Check[]> {
    if (this.#parts.check === null) return [];
    const before = await this.#parts.tree();
    if (this.#checks === null || before === null || this.#checks.tree !== before) {
      const results = await this.#parts.check();
      // The commands may leave files of their own: that is what the next look finds.
      this.#checks = { tree: await this.#parts.tree(), results };
    }
    return this.#checks.results;
  }
}

function sentBack(objections: readonly string[], failed: readonly Check[]): string {
  const outputs = failed
    .filter(({ output }) => output !== "")
    .slice(0, 5)
    .map((check) =>
      asData({ source: `output of ${check.command}`, text: check.output.slice(-OUTPUT_SHOWN) }),
    );
  const head = [
    "Not submitted yet. Mend this, then submit again:",
    list([...objections, ...failed.map(saidOf)]),
  ];
  return [clip(head.join("\n"), 8_000, "list"), ...outputs].join("\n");
}

function list(problems: readonly string[]): string {
  const more = problems.length > 20 ? [`- and ${problems.length - 20} more`] : [];
  return [...problems.slice(0, 20).map((problem) => `- ${problem}`), ...more].join("\n");
}

const CHECKLIST = [
  "Every requirement and acceptance criterion of the contract is met, and a test shows it.",
  "Nothing is in it that the contract does not ask for: no leftover of trying, no file made by a tool.",
  "No test was weakened, skipped or removed to get through.",
  "Names, style and documentation are as in the rest of the repository.",
];

function review(diff: string, checks: readonly Check[] | null): string {
  const shown =
    diff.trim() === "" ? "The working directory holds no change." : asData({ source: "diff", text: diff });
  return [
    "Not submitted yet. This is the change; look it over once:",
    shown,
    ...(checks && checks.length > 0 ? ["The commands that it has to pass:", list(checks.map(saidOf))] : []),
    "See to it that:",
    list(CHECKLIST),
    "If something is to be mended, mend it. Then call submit again, which confirms it.",
  ].join("\n");
}
