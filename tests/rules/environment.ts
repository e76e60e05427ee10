/** Which environment variables code and workflows read, told from their text. */

export interface EnvironmentRead {
  readonly name: string;
  /** The package, action or workflow that reads it. */
  readonly by: string;
}

/** A variable whose name is only known when the code runs, or the environment as a whole. */
export const COMPUTED = "(computed)";
export const WHOLE = "(whole)";

/** What tells that a run is local, or that it is a test. */
export const TELLTALE =
  /(^|_)(LOCAL|LOCALHOST|TESTS?|MOCK|STUB|FAKE|JEST|DEV|SIMULATED?|ACT|CI|OFFLINE)(_|$)|^(NODE_ENV|RUNNER_NAME|RUNNER_ENVIRONMENT)$/;

/**
 * Variables of the runner are read by name somewhere: as a key (of a schema, say), in a destructuring or as a
 * text of their own. In a sentence for people the name says nothing.
 */
const PREFIX = "(?:GITHUB|ACTIONS|RUNNER|ANTHROPIC|OPENAI|SLIPWAY|INPUT)_[A-Z][A-Z_]*[A-Z]";
const RUNNER_NAME = new RegExp(`["'\`](${PREFIX})["'\`]|(?<![\\w$])(${PREFIX})\\s*[:,}=]`, "g");

export function readsInCode(path: string, source: string): EnvironmentRead[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
  const names = [
    ...[...code.matchAll(/\benv(?:ironment)?\s*\??\.\s*([A-Z][A-Z0-9_]*)\b/g)].map((found) => found[1]),
    ...[...code.matchAll(/\benv\s*(?:\?\.)?\[\s*["']([^"']+)["']\s*\]/g)].map((found) => found[1]),
    ...[...code.matchAll(/\benv\s*(?:\?\.)?\[\s*(?!["'\]])[^\]]+\](?!\s*=[^=])/g)].map(() => COMPUTED),
    ...[...code.matchAll(/\bprocess\s*\.\s*env\b(?!\s*\??[.[])/g)].map(() => WHOLE),
    ...[...code.matchAll(RUNNER_NAME)].map((found) => found[1] ?? found[2]),
  ];
  return unique(path, names);
}

/** `env.X` in expressions; what a `run:` reads of the shell's environment. */
export function readsInWorkflow(path: string, text: string): EnvironmentRead[] {
  const code = text.replace(/^\s*#.*$/gm, "");
  const names = [
    ...[...code.matchAll(/\$\{\{(.*?)\}\}/gs)].flatMap(([, expression = ""]) =>
      [...expression.matchAll(/(?<![\w.])env\s*(?:\.\s*([\w-]+)|\[)/g)].map((found) => found[1] ?? COMPUTED),
    ),
    ...[...code.matchAll(/(?<![{$])\$\{?([A-Z][A-Z0-9_]+)\b/g)].map((found) => found[1]),
    ...[...code.matchAll(/(?<![\w.])runner\s*\.\s*(environment|name)\b/g)].map(
      (found) => `RUNNER_${found[1]?.toUpperCase()}`,
    ),
  ];
  return unique(path, names);
}

function unique(by: string, names: readonly (string | undefined)[]): EnvironmentRead[] {
  return [...new Set(names.filter((name) => name !== undefined))].sort().map((name) => ({ name, by }));
}

export interface Listed {
  readonly name: string;
  readonly readBy: readonly string[];
  readonly why?: string;
}

/** The difference between what is read and what is listed, and what must not be listed at all. */
export function compareReads(reads: readonly EnvironmentRead[], list: readonly Listed[]): string[] {
  const listed = new Set(list.flatMap(({ name, readBy }) => readBy.map((by) => `${name} ${by}`)));
  const found = new Set(reads.map(({ name, by }) => `${name} ${by}`));
  return [
    ...[...found]
      .filter((pair) => !listed.has(pair))
      .map((pair) => `${pair.replace(" ", " is read by ")}, which the list does not say.`),
    ...[...listed]
      .filter((pair) => !found.has(pair))
      .map((pair) => `${pair.replace(" ", " is listed for ")}, which does not read it.`),
    ...list.filter(({ name }) => TELLTALE.test(name)).map(({ name }) => `${name} tells that a run is local.`),
  ];
}
