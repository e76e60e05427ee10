const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const counter = join(process.env.RUNNER_TEMP, "order");
const count = readFileSync(counter, "utf8").length;
writeFileSync(counter, "x".repeat(count + 1));
const name = process.env.INPUT_NAME;
console.log(
  `observed ${JSON.stringify({ [`${name}_post`]: String(count), [`${name}_kept`]: process.env.STATE_kept ?? "none" })}`,
);
