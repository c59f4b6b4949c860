import { distance } from 'fastest-levenshtein';

/** As people write one name in several ways: `overfitting_gap`, `overfitting-gap`, `OverfittingGap`. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[_\s-]/g, '');

/** Of the words, the one that a text was meant to be: at most every third letter is another. */
export function nearMiss(text: string, words: readonly string[]): string | undefined {
  const wanted = plain(text);
  const most = Math.min(3, Math.ceil(wanted.length / 3));
  // A word of one or two letters is near to too many.
  if (wanted.length < 3) return undefined;
  const [best] = words
    .map((word) => ({ word, edits: distance(wanted, plain(word)) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= most ? best.word : undefined;
}

/** What mends a value that is none of a few: `did you mean gap? use one of accuracy, gap`. */
export function fixOfChoice(value: unknown, words: readonly string[]): string {
  const near = typeof value === 'string' ? nearMiss(value, words) : undefined;
  const choices = `use one of ${words.join(', ')}`;
  return near === undefined ? choices : `did you mean ${near}? ${choices}`;
}
