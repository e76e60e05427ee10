// The palette is a list of names, each once.
import { readFileSync } from "node:fs";

const { colours } = JSON.parse(readFileSync(new URL("palette.json", import.meta.url), "utf8"));
const wrong = colours.filter((name, index) => !/^[a-z]+$/.test(name) || colours.indexOf(name) !== index);
if (wrong.length > 0 || colours.length === 0) {
  console.error(`palette.json: ${wrong.join(", ") || "no colour"} should not be there`);
  process.exitCode = 1;
}
