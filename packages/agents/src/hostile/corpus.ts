import type { HostileCase } from "./case.ts";
import { DELIMITERS } from "./corpus/delimiters.ts";
import { INSTRUCTIONS } from "./corpus/instructions.ts";
import { KEYWORDS } from "./corpus/keywords.ts";
import { MARKUP } from "./corpus/markup.ts";
import { MENTIONS } from "./corpus/mentions.ts";
import { PATHS } from "./corpus/paths.ts";
import { REST } from "./corpus/rest.ts";
import { RUNNER_CASES } from "./corpus/runner.ts";
import { TRIGGERS } from "./corpus/triggers.ts";
import { UNSEEN } from "./corpus/unseen.ts";

/** Every hostile text that the suite is held against; `tests/hostile` sends each through every door. */
export const HOSTILE_CASES: readonly HostileCase[] = [
  ...INSTRUCTIONS,
  ...DELIMITERS,
  ...UNSEEN,
  ...MENTIONS,
  ...KEYWORDS,
  ...TRIGGERS,
  ...MARKUP,
  ...RUNNER_CASES,
  ...PATHS,
  ...REST,
];
