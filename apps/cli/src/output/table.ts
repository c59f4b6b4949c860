import Table from 'cli-table3';
import pc from 'picocolors';

export interface Column<Row> {
  title: string;
  align?: 'left' | 'right';
  cell: (row: Row) => string;
}

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows under a header, without rules, so that the text can be cut and grepped. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  isFancy = false,
): string {
  const table = new Table({
    head: columns.map(({ title }) => (isFancy ? pc.bold(title) : title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: bare,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
