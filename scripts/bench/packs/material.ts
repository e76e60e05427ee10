/** What the packs of the bench are made of. Pure. */
import { projectFiles, SESSION_NODE, unitPath } from "../session/project.ts";

export interface Budget {
  readonly pack: "repository-map" | "files" | "decisions" | "pull-requests" | "logs" | "siblings";
  readonly tokens: number;
}

/** Each pack once, as wide as the agent has it that has it widest. */
export function widestPacks(contexts: readonly (readonly Budget[])[]): Budget[] {
  const widest = new Map<Budget["pack"], number>();
  for (const { pack, tokens } of contexts.flat()) widest.set(pack, Math.max(tokens, widest.get(pack) ?? 0));
  return [...widest].map(([pack, tokens]) => ({ pack, tokens }));
}

/** One file of so many is a record of a decision. */
const DECISION_EVERY = 500;

/** A repository of exactly so many files, records of decisions among them. */
export function packFiles(count: number): Record<string, string> {
  const decisions = Array.from({ length: Math.floor(count / DECISION_EVERY) }, (_, at): [string, string] => {
    const number = String(at + 1).padStart(4, "0");
    return [
      `docs/decisions/${number}-steps.md`,
      `# ${number}: steps of area ${at % 50}\n\nStatus: accepted\n\n${`Whole steps are counted before what is left of number ${at}. `.repeat(20)}\n`,
    ];
  });
  return { ...projectFiles(count - decisions.length), ...Object.fromEntries(decisions) };
}

/** The same for each repository, whatever its size. */
export function packMaterial() {
  const at = (index: number) => new Date(Date.UTC(2026, 10, 1, 0, index)).toISOString();
  const list = <T>(length: number, make: (index: number) => T) =>
    Array.from({ length }, (_, index) => make(index));
  return {
    focus: `${SESSION_NODE.title}\n${SESSION_NODE.objective}`,
    pullRequests: list(100, (index) => ({
      number: index + 1,
      title: `Count the steps of area ${index % 50}`,
      body: `The steps of area ${index % 50} are counted. `.repeat(20),
      state: "merged" as const,
      at: at(index),
      paths: [unitPath(index % 50, index)],
    })),
    logs: list(10, (index) => ({
      name: `CI / test (${index})`,
      outcome: index % 3 === 0 ? ("failure" as const) : ("success" as const),
      at: at(index),
      text: `ok ${index}: a number is split and joined\n`.repeat(2_000),
    })),
    siblings: list(20, (index) => ({
      nodeId: `T${index + 2}`,
      title: `Say steps of area ${index}`,
      summary: "They are named.",
      sha: String(index % 10).repeat(40),
      at: at(index),
      paths: [unitPath(index)],
      diff: "+a line that was added\n".repeat(200),
    })),
  };
}
