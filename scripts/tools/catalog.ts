/** Where a tool comes from. */
export type ToolSource =
  /** Built by `go install` of a package at the pinned version. */
  | { readonly kind: "go"; readonly package: string }
  /** Installed by pip into an environment of its own. */
  | { readonly kind: "python"; readonly package: string }
  /** Unpacked from the system's own package; the distribution chooses the version. */
  | { readonly kind: "debian"; readonly package: string };

/** A program that this project's proofs and checks use, and the product does not. */
export interface Tool {
  readonly name: string;
  /** Pinned; for a system package the oldest that the tests are known to work with. */
  readonly version: string;
  readonly source: ToolSource;
  /** What is left undone without it. */
  readonly purpose: string;
}

export const TOOLS: readonly Tool[] = [
  {
    name: "act",
    version: "0.2.87",
    source: { kind: "go", package: "github.com/nektos/act" },
    purpose: "second engine",
  },
  {
    name: "gitleaks",
    version: "8.30.1",
    source: { kind: "go", package: "github.com/zricethezav/gitleaks/v8" },
    purpose: "secrets in the tree and its history",
  },
  {
    name: "actionlint",
    version: "1.7.12",
    source: { kind: "go", package: "github.com/rhysd/actionlint/cmd/actionlint" },
    purpose: "workflow linter",
  },
  {
    name: "zizmor",
    version: "1.32.0",
    source: { kind: "python", package: "zizmor" },
    purpose: "workflow security linter",
  },
  {
    name: "gh",
    version: "2.23.0",
    source: { kind: "debian", package: "gh" },
    purpose: "GitHub's command line against the local GitHub",
  },
];

export function toolNamed(name: string): Tool {
  const tool = TOOLS.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`'${name}' is no tool of scripts/tools/catalog.ts.`);
  return tool;
}
