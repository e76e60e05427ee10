/** A workflow of jobs, each given by its keys in flow style, with one step. */
export function workflow(jobs: Readonly<Record<string, string>>, head = ""): string {
  const lines = Object.entries(jobs).map(([id, keys]) =>
    keys.includes("steps:") || keys.includes("uses:")
      ? `  ${id}: { ${/^(?!.*steps:).*uses:/.test(keys) ? "" : "runs-on: ubuntu-latest, "}${keys} }`
      : `  ${id}: { runs-on: ubuntu-latest, ${keys}${keys === "" ? "" : ", "}steps: [{ run: "true" }] }`,
  );
  return `on: repository_dispatch\n${head}\njobs:\n${lines.join("\n")}\n`;
}
