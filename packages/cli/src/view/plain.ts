/** One line per happening, for logs and pipes. Pure. */
import type { Happening } from "../follow/happening.ts";
import { duration, oneLine } from "./text.ts";

/** The line for a happening, or undefined when it is told by another one already. */
export function plainLine(happening: Happening): string | undefined {
  const told = textOf(happening);
  if (told === undefined) return undefined;
  return `${`${(happening.elapsedMs / 1_000).toFixed(1)}s`.padStart(7)}  ${told}`;
}

function textOf(happening: Happening): string | undefined {
  switch (happening.type) {
    case "note":
      return oneLine(happening.text);
    case "started":
      return columns(
        "run",
        "STARTED",
        `${happening.runId} on ${happening.repository}, suite ${happening.suite}`,
      );
    case "state":
      return columns("run", happening.state, "");
    case "stage": {
      // One that failed for good ends the run, whose last sentence says why.
      const reason = happening.status === "failed" ? "" : oneLine(happening.reason ?? "");
      return columns("stage", happening.stage, [happening.status, reason].filter(Boolean).join(": "));
    }
    case "node": {
      const links = [
        happening.status === "NEW" ? oneLine(happening.title) : "",
        happening.issue === null ? "" : `issue #${happening.issue}`,
        happening.pull === null ? "" : `pull request #${happening.pull}`,
      ];
      const reason = oneLine(happening.reason ?? "");
      return columns(
        happening.nodeId,
        happening.status,
        [links.filter(Boolean).join(" · "), reason].filter(Boolean).join(": "),
      );
    }
    case "job":
      if (happening.status !== "completed" || happening.durationMs === null) return undefined;
      return columns(
        "job",
        happening.conclusion ?? "completed",
        `${oneLine(happening.name)}, ${duration(happening.durationMs)}`,
      );
    case "workflow":
      if (happening.status !== "completed" || happening.conclusion === "success") return undefined;
      return columns(
        "workflow",
        happening.conclusion ?? "completed",
        `run ${happening.number}: ${oneLine(happening.name)}`,
      );
    // The state, stages and nodes tell these already, and the summary tells the result.
    case "event":
    case "result":
      return undefined;
  }
}

const columns = (first: string, second: string, rest: string) =>
  `${first.padEnd(8)}  ${second.padEnd(15)}  ${rest}`.trimEnd();
