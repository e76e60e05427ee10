// One schedule, in a process of its own: `node worker.ts SEED` writes what came of it to standard output as JSON; 0 is
// the run that nothing happens to.
import { runDisturbed, runReference } from "./run.ts";

const seed = Number(process.argv[2]);
const run = seed === 0 ? await runReference() : await runDisturbed(seed);
// Not through `exit` before all of it is written: a pipe takes it in parts.
process.stdout.write(JSON.stringify(run), () => process.exit(0));
