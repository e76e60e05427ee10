import { type Evidence, hashOf, type NodeState } from "@slipway/model";

/**
 * The same for the same finding on the same node, whatever commit it was found on: commit names, times,
 * durations and line numbers are left out of what the checks printed.
 */
export function fingerprintOf(node: NodeState): string {
  return hashOf({
    node: node.plan.id,
    failed: node.evidence.filter((item) => item.verdict === "fail").map(essence),
  });
}

function essence(item: Evidence): unknown {
  if (item.kind === "qa") {
    return item.commands
      .filter((command) => command.exitCode !== 0)
      .map((command) => ({ name: command.name, output: steady(command.output) }));
  }
  if (item.kind === "checks")
    return item.checks.filter((check) => check.state === "fail").map((check) => check.name);
  return item.findings.map((finding) => ({ path: finding.path, title: finding.title }));
}

const steady = (text: string) =>
  text
    .replace(/\b[0-9a-f]{7,40}\b/g, "…")
    .replace(/\d+/g, "0")
    .replace(/\s+/g, " ")
    .slice(0, 4_000);
