import type { RepositoryName } from "@slipway/model";

/** What a `uses:` points at. Paths have no leading or trailing slash; empty is the repository's root. */
export type UsesReference =
  /** `$/path`: in the repository and at the commit of the file that says so. */
  | { readonly kind: "self"; readonly path: string; readonly text: string }
  /** `./path`: for a step, in the workspace; for a job, like `self`. */
  | { readonly kind: "local"; readonly path: string; readonly text: string }
  /** `OWNER/REPO[/path]@ref`. */
  | {
      readonly kind: "repository";
      readonly repository: RepositoryName;
      readonly path: string;
      readonly ref: string;
      readonly text: string;
    };

/**
 * Reads a `uses:`.
 * @throws with a reason when the form is unknown, or is not supported (`docker://`)
 */
export function parseUses(text: string): UsesReference {
  if (text.startsWith("docker://"))
    throw new Error(`'${text}': container actions (docker://) are not supported`);
  if (text.startsWith("$/")) return { kind: "self", path: relativePath(text, 2), text };
  if (text === "." || text.startsWith("./")) return { kind: "local", path: relativePath(text, 2), text };
  const match = /^([\w.-]+)\/([\w.-]+)(\/[^@]*)?@(\S+)$/.exec(text);
  if (match === null) {
    throw new Error(`'${text}' is no OWNER/REPO[/path]@ref, ./path or $/path`);
  }
  const [, owner = "", name = "", path = "", ref = ""] = match;
  return { kind: "repository", repository: { owner, name }, path: relativePath(path, 0), ref, text };
}

function relativePath(text: string, skip: number): string {
  const rest = text.slice(skip);
  if (skip > 0 && text.startsWith("$/") && rest.includes("@")) throw new Error(`'${text}': $/ takes no @ref`);
  const parts = rest.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new Error(`'${text}' leaves its repository`);
  return parts.join("/");
}
