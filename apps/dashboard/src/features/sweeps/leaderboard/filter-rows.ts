import type { RankedRow, TrialStatus } from '@starling/domain';

export interface RowFilter {
  /** Empty: all. */
  families: readonly string[];
  /** Empty: all. */
  statuses: readonly TrialStatus[];
  /** Words of the configuration, the diagnosis or a number as `#12`. */
  search: string;
}

export const noFilter: RowFilter = { families: [], statuses: [], search: '' };

function textOf(row: RankedRow): string {
  const parameters = Object.entries(row.configuration).map(([name, value]) => `${name}=${value}`);
  return [row.family, row.status, row.diagnosis?.kind ?? '', ...parameters].join(' ').toLowerCase();
}

/** Rows that pass every part of a filter, in their order. */
export function filterRows(rows: readonly RankedRow[], filter: RowFilter): RankedRow[] {
  const words = filter.search
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter((row) => {
    if (filter.families.length > 0 && !filter.families.includes(row.family)) return false;
    if (filter.statuses.length > 0 && !filter.statuses.includes(row.status)) return false;
    if (words.length === 0) return true;
    const text = textOf(row);
    return words.every((word) =>
      /^#?\d+$/.test(word) ? row.number === Number(word.replace('#', '')) : text.includes(word),
    );
  });
}
