/** DESIGN's house: who may import whom. Each rule returns what breaks it, in one sentence a line. */

export interface Source {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** From the top down: a package imports only packages before it. */
export const PACKAGES = [
  "model",
  "github",
  "agents",
  "action-kit",
  "local-github",
  "local-runner",
  "cli",
] as const;

/** Where less is allowed than "all before it". */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  model: [],
  github: ["model"],
  agents: ["model"],
  "action-kit": ["model", "github"],
  "local-github": ["model"],
  "local-runner": ["model"],
};

/** Specifiers of `import`, `export … from`, and `import()` with a literal. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /(?:^|[;}\n])\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|(?:^|[;}\n])\s*import\s*["']([^"']+)["']|\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** `packages/model` or `action-exec`. */
function partOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "packages" ? `${first}/${second}` : first;
}

/** The part of the repository that a specifier leads to, if it is one of ours. */
function targetOf(path: string, specifier: string): { part: string; deep: boolean } | undefined {
  const named = /^@slipway\/([^/]+)(\/.*)?$/.exec(specifier);
  if (named) {
    const [, name = "", rest] = named;
    return {
      part: name.startsWith("action-") && name !== "action-kit" ? name : `packages/${name}`,
      deep: rest !== undefined,
    };
  }
  if (!specifier.startsWith(".")) return undefined;
  const segments = path.split("/").slice(0, -1);
  for (const segment of specifier.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return { part: partOf(segments.join("/")), deep: true };
}

const isAction = (part: string) => part.startsWith("action-");
const nameOf = (part: string) => part.replace(/^packages\//, "");

export function importsAsAllowed(source: Source): string[] {
  const from = partOf(source.path);
  return importsOf(source.text).flatMap((specifier) => {
    const target = targetOf(source.path, specifier);
    if (!target || target.part === from) return [];
    const { part, deep } = target;
    const told = `${source.path} imports ${specifier}:`;
    if (deep) return [`${told} what lies outside a package is imported by the package's name.`];
    if (isAction(part))
      return [
        isAction(from)
          ? `${told} actions do not import each other.`
          : `${told} no package imports an action.`,
      ];
    if (isAction(from)) return reachesLocal(part) ? [`${told} an action knows nothing of local parts.`] : [];
    return mayImport(nameOf(from), nameOf(part))
      ? []
      : [`${told} ${nameOf(from)} must not know ${nameOf(part)}.`];
  });
}

const reachesLocal = (part: string) =>
  ["packages/local-github", "packages/local-runner", "packages/cli"].includes(part);

export function mayImport(from: string, to: string): boolean {
  const order: readonly string[] = PACKAGES;
  return ONLY[from]?.includes(to) ?? (order.includes(to) && order.indexOf(to) < order.indexOf(from));
}

export const LINES_MAX = 400;

/** Small files, one subject each; generated ones say so in their first lines. */
export function isSmall({ path, text }: Source): string[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const generated = /generated/i.test(text.slice(0, 200));
  return lines > LINES_MAX && !generated ? [`${path} has ${lines} lines; ${LINES_MAX} is the most.`] : [];
}

/** `packages/model` is pure (rule 1): no clock, chance, file, environment variable, process or network. */
export function isPure({ path, text }: Source): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const impure = [
    ...[
      ...code.matchAll(
        /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\.|\bfetch\(|\bsetTimeout\(|\brandomUUID\(|\bglobalThis\b/g,
      ),
    ].map((found) => found[0]),
    ...importsOf(text).filter((name) => name.startsWith("node:") && name !== "node:crypto"),
  ];
  return impure.map((what) => `${path} uses ${what}: the model is pure.`);
}
