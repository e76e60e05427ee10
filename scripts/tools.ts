// Installs the programs that proofs and checks use and the product does not, into .tools/.
// Without them those proofs are skipped. `--required` (CI): exit 1 unless each is there.
import { TOOLS, type Tool } from "./tools/catalog.ts";
import { TOOLS_DIR } from "./tools/find.ts";
import { installTool, type Outcome } from "./tools/install.ts";

const required = process.argv.slice(2).includes("--required");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--required");
if (unknown.length > 0) {
  console.error(`'${unknown.join(" ")}' is not known: the one option is --required.`);
  process.exit(2);
}

const waiting = [...TOOLS];
let failed = 0;
// Two at a time: one is fetched while the other is built.
await Promise.all([1, 2].map(work));

if (failed > 0) {
  const what = required ? "They are required here." : "What uses them will be skipped, and says so.";
  console.error(`${failed} of ${TOOLS.length} tools are missing. ${what}`);
  process.exit(required ? 1 : 0);
}

async function work(): Promise<void> {
  for (let tool = waiting.shift(); tool !== undefined; tool = waiting.shift()) {
    const outcome = await installTool(tool, { dir: TOOLS_DIR });
    if (outcome.kind === "failed") failed += 1;
    console.error(line(tool, outcome));
  }
}

function line(tool: Tool, outcome: Outcome): string {
  switch (outcome.kind) {
    case "there":
      return `${tool.name} is there: ${outcome.where}`;
    case "installed":
      return `${tool.name} ${tool.version} installed in ${outcome.seconds} s: ${outcome.where}`;
    case "failed":
      return outcome.why;
  }
}
