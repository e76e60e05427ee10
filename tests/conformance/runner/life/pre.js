// Says how often something was said in this job before, by a file in the job's temporary folder.
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const counter = join(process.env.RUNNER_TEMP, "order");
let count = 0;
try {
  count = readFileSync(counter, "utf8").length;
} catch {}
writeFileSync(counter, "x".repeat(count + 1));
const name = process.env.INPUT_NAME;
console.log(`observed ${JSON.stringify({ [`${name}_pre`]: String(count) })}`);
appendFileSync(process.env.GITHUB_STATE, `begun=${name}\n`);
