/** Labels that this machine answers to. */
const LABELS = [/^ubuntu(-.+)?$/i, /^self-hosted$/i, /^linux$/i, /^(x64|arm64)$/i];

/** A sentence for each label that no runner here has. */
export function unsupportedLabels(labels: readonly string[]): readonly string[] {
  return labels
    .filter((label) => !LABELS.some((known) => known.test(label)))
    .map(
      (label) =>
        `no runner here has the label '${label}' of 'runs-on' (ubuntu-*, self-hosted and linux are known)`,
    );
}
