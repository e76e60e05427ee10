#!/usr/bin/env node
// `slipway`: hands its arguments to the program, on the Node that actions run on.
process.argv.splice(2, 0, "packages/cli/src/main.ts");
await import("../../../scripts/with-node.mjs");
