/** "closes #12": which issues a text closes. https://docs.github.com/issues (linking a pull request to an issue) */

const PATTERN =
  /(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)(?!\w)/gi;

/** Numbers of the issues of `repository` (`owner/name`) that the text closes, each once. */
export function closedByText(text: string, repository: string): number[] {
  const numbers = new Set<number>();
  for (const [, other, number] of text.matchAll(PATTERN)) {
    if (other && other.toLowerCase() !== repository.toLowerCase()) continue;
    numbers.add(Number(number));
  }
  return [...numbers];
}
