// One point, in a process of its own: node worker.ts '{"key": …, "when": …, "loss": …}' small writes what came of it to
// standard output as JSON; `null` is the run in which nobody is killed.
import { crashSampleSchema, pointSchema, runPoint } from "./point.ts";

const point = pointSchema.nullable().parse(JSON.parse(process.argv[2] ?? "null"));
const run = await runPoint(point, crashSampleSchema.parse(process.argv[3]));
// Not through `exit` before all of it is written: a pipe takes it in parts.
process.stdout.write(JSON.stringify(run), () => process.exit(0));
