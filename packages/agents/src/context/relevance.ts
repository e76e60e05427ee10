const FOCUS_MAX = 200_000;
/** Words of every text about software: they tell nothing of what it is about. */
const COMMON = new Set(
  (
    "about after again also because been before being both change changes code could does each every file files " +
    "from have into just like make more must need needs only other over same should some such than that their them " +
    "then there these they this those through under until used user users uses using very what when where which " +
    "while will with without would your"
  ).split(" "),
);
const LETTERS = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * The words that tell what a text is about, in lower case: those of four letters and more, without the most
 * common ones. Names are taken apart (`parseDuration` is `parse` and `duration`). Scripts without spaces
 * count by pairs of letters.
 */
export function termsOf(text: string): ReadonlySet<string> {
  const terms = new Set<string>();
  const spaced = text
    .slice(0, FOCUS_MAX)
    .normalize("NFC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase();
  for (const [word] of spaced.matchAll(LETTERS)) {
    if (UNSPACED.test(word)) for (const pair of pairsOf(word)) terms.add(pair);
    else if (word.length >= 4 && !COMMON.has(word) && !/^\d+$/.test(word)) terms.add(stem(word));
  }
  return terms;
}

/** One form for singular and plural: enough to find a decision about "durations" for a task on a duration. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?<!s)s$/, "") : word;
}

function pairsOf(word: string): string[] {
  const letters = [...word];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}

/** How many of `terms` a text has. */
export function shared(terms: ReadonlySet<string>, text: string): number {
  if (terms.size === 0) return 0;
  let count = 0;
  for (const term of termsOf(text)) if (terms.has(term)) count += 1;
  return count;
}
