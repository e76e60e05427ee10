/** Texts without what differs between two runs of the same idea: ids, commits, times, addresses. */

export interface Names {
  readonly runId: string;
  /** What an issue or pull request is, by its number: `T1`, `pull of T1`. */
  readonly items: ReadonlyMap<number, string>;
  /** Every object of the repository. */
  readonly objects: ReadonlySet<string>;
  /** The addresses of the local GitHub. */
  readonly servers: readonly string[];
}

/** Shortest name of a commit that texts use. */
const SHORTEST = 7;

export type Plain = (text: string) => string;

/** Makes the function that takes out of a text what has to differ. */
export function plainTexts({ runId, items, objects, servers }: Names): Plain {
  const short = new Set([...objects].map((name) => name.slice(0, SHORTEST)));
  const item = (number: string) => items.get(Number(number));
  return (text) => {
    let plain = text.replaceAll(runId, "<run>");
    for (const server of servers) plain = plain.replaceAll(server, "<server>");
    return (
      plain
        .replace(/\/actions\/runs\/\d+(?:\/attempts\/\d+)?(?:\/job\/\d+)?/g, "/actions/runs/<workflow run>")
        .replace(/\/(issues|pulls?)\/(\d+)/g, (all, kind: string, number: string) =>
          item(number) === undefined ? all : `/${kind}/<${item(number)}>`,
        )
        .replace(/#(?:issuecomment|pullrequestreview|discussion_r)-?\d+/g, "#<comment>")
        .replace(/#(\d+)\b/g, (all, number: string) =>
          item(number) === undefined ? all : `#<${item(number)}>`,
        )
        .replace(/\b(epic|feature|task|defect)\/(\d+)-/g, (all, kind: string, number: string) =>
          item(number) === undefined ? all : `${kind}/<${item(number)}>-`,
        )
        .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
        .replace(/\b\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?(?: UTC)?)?/g, "<time>")
        // How long tests took, and so how long a prompt was that told of them.
        .replace(/\b\d+(?:\.\d+)?ms\b|\bduration_ms \d+(?:\.\d+)?/g, "<duration>")
        .replace(/\b[\d,]+ (?=input tokens?\b)/g, "<number> ")
        .replace(/\b[0-9a-f]{7,64}\b/g, (word) => (isObject(word) ? "<commit>" : word))
        // A short name of figures alone, or of letters alone, may be a number or a word: the suite makes no link of it.
        .replace(/\[<commit>\]\(<server>\/[^)\s]*\/commit\/<commit>\)/g, "<commit>")
    );
  };

  function isObject(word: string): boolean {
    if (objects.has(word)) return true;
    if (word.length >= 40 || !short.has(word.slice(0, SHORTEST))) return false;
    return [...objects].some((name) => name.startsWith(word));
  }
}
