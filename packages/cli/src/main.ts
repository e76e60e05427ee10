/** The `slipway` command. */
import { readFileSync } from "node:fs";
import { parseCommandLine } from "./command-line.ts";
import { runSlipway } from "./run.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

async function main(): Promise<number> {
  const invocation = parseCommandLine(process.argv.slice(2), version);
  switch (invocation.kind) {
    case "print":
      process.stdout.write(invocation.text);
      return 0;
    case "wrong":
      process.stderr.write(`slipway: ${invocation.message}\n`);
      return 2;
    case "run": {
      const { exitCode } = await runSlipway(invocation.options, {
        stdout: process.stdout,
        stderr: process.stderr,
        stdin: process.stdin,
        env: process.env,
        cwd: process.cwd(),
        signal: stopSignal(),
      });
      return exitCode;
    }
  }
}

/** Fires at the first request to stop. At a second one the person will not wait any longer. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  // Whoever read the output has gone: there is nobody left to tell.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    controller.abort();
  });
  return controller.signal;
}

try {
  process.exitCode = await main();
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`slipway: something went wrong that should not: ${text}\n`);
  process.exitCode = 1;
}
// An idle keep-alive connection or an unread standard input must not hold the process.
process.exit();
