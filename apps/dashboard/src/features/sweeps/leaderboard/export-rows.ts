import type { RankedRow } from '@starling/domain';

const measured = [
  'rank',
  'number',
  'id',
  'family',
  'status',
  'validationAccuracy',
  'trainAccuracy',
  'overfittingGap',
  'bestEpoch',
  'epochs',
  'parameters',
  'flops',
  'seconds',
  'attempts',
  'isOnParetoFront',
] as const satisfies readonly (keyof RankedRow)[];

/**
 * One cell of a CSV file. Text that a spreadsheet would run as a formula gets a leading
 * apostrophe; numbers do not, so that a negative gap stays a number.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const raw = String(value);
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV: measurements, diagnosis, then one column for each parameter of any branch. */
export function rowsToCsv(rows: readonly RankedRow[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.configuration)))]
    .filter((name) => name !== 'family')
    .sort();
  const header = [
    ...measured,
    'diagnosis',
    'diagnosisReason',
    ...names.map((name) => `parameter.${name}`),
  ];
  const lines = rows.map((row) => [
    ...measured.map((key) => row[key]),
    row.diagnosis?.kind,
    row.diagnosis?.reason,
    ...names.map((name) => row.configuration[name]),
  ]);
  return `${[header, ...lines].map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** Rows as JSON, as the tRPC API gives them. */
export function rowsToJson(rows: readonly RankedRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}
