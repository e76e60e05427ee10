const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const counter = join(process.env.RUNNER_TEMP, "order");
const count = readFileSync(counter, "utf8").length;
writeFileSync(counter, "x".repeat(count + 1));
const name = process.env.INPUT_NAME;
console.log(
  `observed ${JSON.stringify({ [`${name}_main`]: String(count), [`${name}_begun`]: process.env.STATE_begun ?? "none" })}`,
);
appendFileSync(process.env.GITHUB_STATE, `kept<<END\nof ${name}\nin two lines\nEND\n`);
appendFileSync(process.env.GITHUB_OUTPUT, `word=said by ${name}\n`);
if (process.env.INPUT_FAIL === "true") process.exit(1);
