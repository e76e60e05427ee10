/** Folders of a consumer's repository that say something about agents. */
export const AGENTS_FOLDER = ".github/slipway/agents/";
export const ONBOARDING_FOLDER = ".github/slipway/onboarding/";

/** Whether a file of the repository is one that `catalogWith` has to be given. */
export function isOverridePath(path: string): boolean {
  return path.startsWith(AGENTS_FOLDER) || path.startsWith(ONBOARDING_FOLDER);
}
