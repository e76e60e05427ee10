import { realpathSync, statSync } from "node:fs";
import type { Confinement } from "./isolation.ts";

/**
 * Where what a confinement names lay before the first command. A command can move whatever belongs to its user, a folder
 * above a hidden one too, or put a link in the place of a folder that stays in reach: what is hidden by its path would
 * lie open for the next command.
 */
export interface Landmarks {
  /** Device and inode by path, of what was there. */
  readonly hidden: ReadonlyMap<string, string>;
  /** The path without links by the path as it was named. */
  readonly reachable: ReadonlyMap<string, string>;
}

/** The confinement with what it names as it lies now. */
export function marked(confinement: Confinement): Confinement {
  return { ...confinement, landmarks: landmarksOf(confinement) };
}

export function landmarksOf(places: {
  readonly hidden: readonly string[];
  readonly reachable: readonly string[];
}): Landmarks {
  const found = (paths: readonly string[], of: (path: string) => string | null) =>
    new Map(
      paths.flatMap((path) => {
        const known = of(path);
        return known === null ? [] : [[path, known] as const];
      }),
    );
  return { hidden: found(places.hidden, identityOf), reachable: found(places.reachable, realOf) };
}

/** What no longer lies where it lay, in a sentence; null when all does. */
export function displaced({ hidden, reachable }: Landmarks): string | null {
  const gone = [...hidden].find(([path, identity]) => identityOf(path) !== identity);
  if (gone) return `${gone[0]} was moved, and nothing is run that could reach what it holds`;
  const led = [...reachable].find(([path, real]) => ![real, null].includes(realOf(path)));
  return led ? `${led[0]} is, or lies behind, a link that was not there` : null;
}

/** Null for what is not there, and for sockets: a service that begins anew makes another one. */
function identityOf(path: string): string | null {
  try {
    const found = statSync(path, { bigint: true });
    return found.isSocket() ? null : `${found.dev}:${found.ino}`;
  } catch {
    return null;
  }
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
