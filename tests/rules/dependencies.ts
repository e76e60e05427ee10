/** What a package imports, it declares; what it declares, it imports. Each rule returns sentences. */
import { isBuiltin } from "node:module";
import { importsOf, type Source } from "./house.ts";

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** `packages/model` or `action-exec`; empty for the root, whose programs and tests are nobody's part. */
  readonly part: string;
  readonly manifest: Manifest;
  /** Shipped ones and tests. */
  readonly sources: readonly Source[];
}

const isTest = (path: string) => path.endsWith(".test.ts") || /(^|\/)(testing|tests|scripts)\//.test(path);

/** The packages of other people that a file imports, without the path into them. */
function packagesIn({ text }: Source): string[] {
  return importsOf(text)
    .filter((name) => !name.startsWith(".") && !name.startsWith("@slipway/") && !isBuiltin(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

/** @param shared what tests of every workspace may use: the root's development dependencies */
export function importsUndeclared({ part, manifest, sources }: Workspace, shared: Manifest): string[] {
  const file = `${part ? `${part}/` : ""}package.json`;
  const found = sources.flatMap((source) => {
    const allowed = {
      ...manifest.dependencies,
      ...(isTest(source.path) ? { ...manifest.devDependencies, ...shared.devDependencies } : {}),
    };
    return packagesIn(source)
      .filter((name) => !(name in allowed))
      .map((name) => `${source.path} imports ${name}, which ${file} does not declare.`);
  });
  return [...new Set(found)];
}

/** Packages of types alone are used by the compiler. */
export function declaresUnused({ part, manifest, sources }: Workspace): string[] {
  const of = (wanted: (path: string) => boolean) =>
    new Set(sources.filter(({ path }) => wanted(path)).flatMap(packagesIn));
  const shipped = of((path) => !isTest(path));
  const anywhere = of(() => true);
  const unused = (names: object | undefined, used: ReadonlySet<string>, where: string) =>
    Object.keys(names ?? {})
      .filter((name) => !used.has(name) && !name.startsWith("@types/"))
      .map((name) => `${part}/package.json declares ${name}, which nothing ${where} imports.`);
  return [
    ...unused(manifest.dependencies, shipped, "but perhaps a test"),
    ...unused(manifest.devDependencies, anywhere, "there"),
  ];
}
