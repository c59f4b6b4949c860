/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface LabelledRow {
  label: string;
  values: number[];
}

export const labels = ['rest', 'seizure', 'übergang'] as const;

/**
 * Rows of three classes that overlap, with columns far from 0 and of different widths, so that
 * a network learns little without standardisation and never everything.
 */
export function generateRows(count: number, width: number, seed: number): LabelledRow[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => {
    const kind = index % labels.length;
    const values = Array.from({ length: width }, (_, column) => {
      const noise = random() + random() + random() - 1.5;
      const shift = column % labels.length === kind ? 0.45 : 0;
      return Number((1000 * (column + 1) + 10 ** (column % 4) * (noise + shift)).toFixed(4));
    });
    return { label: labels[kind] ?? '', values };
  });
}

export function toCsv(rows: readonly LabelledRow[]): string {
  const names = rows[0]?.values.map((_, column) => `x${column + 1}`) ?? [];
  const lines = rows.map(({ label, values }) => [...values, label].join(','));
  return `${[[...names, 'y'].join(','), ...lines].join('\n')}\n`;
}
