/** Edits (insert, delete, replace) that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that a misspelt one most likely means; none where nothing is near. */
export function closestTo(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const starts = known.find((candidate) => candidate.toLowerCase().startsWith(lower));
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 2)) + 1;
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return least <= 1 ? best : (starts ?? best);
}

/** What to do about an unknown name: the closest one, then all there are. */
export function suggestName(name: string, known: readonly string[]): string {
  const closest = closestTo(name, known);
  const all = `one of ${known.join(', ')}`;
  return closest === undefined ? `use ${all}` : `did you mean ${closest}? Use ${all}`;
}
