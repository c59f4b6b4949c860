import { datasetNameSchema } from '@starling/domain';
import { type FileHead, isNumber } from './read-file-head.ts';

const LABEL_NAMES = ['label', 'y', 'class', 'target', 'labels', 'outcome', 'diagnosis', 'category'];
const ID_NAMES = /^(id|index|uuid|row|row_?id|patient_?id|unnamed: 0|column 1)$/i;
/** A label takes few values: at most this share of the rows in sight. */
const FEW_VALUES_SHARE = 0.34;

function cellsOf({ columns, rows }: FileHead, column: string): string[] {
  const index = columns.indexOf(column);
  return rows.flatMap((row) => row[index] ?? []);
}

/** Distinct values of a column in the rows in sight. */
export function countValues(head: FileHead, column: string): number {
  return new Set(cellsOf(head, column).map((cell) => cell.trim())).size;
}

function takesFewValues(head: FileHead, column: string): boolean {
  const count = countValues(head, column);
  return count >= 2 && count <= Math.max(2, head.rows.length * FEW_VALUES_SHARE);
}

/** The column that most likely holds the classes: by its name, else by few values, from the right. */
export function suggestLabel(head: FileHead): string {
  const { columns } = head;
  for (const name of LABEL_NAMES) {
    const found = columns.find((column) => column.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  const candidates = columns.filter((column) => !ID_NAMES.test(column));
  return (
    candidates.findLast((column) => takesFewValues(head, column)) ??
    candidates.at(-1) ??
    columns.at(-1) ??
    ''
  );
}

/**
 * Columns that cannot be features: mostly text, or a row's id. A number column with a few bad
 * cells stays in, so that the import can say which cells.
 */
export function suggestIgnored(head: FileHead, label: string, group: string): string[] {
  if (head.format === 'jsonl') return [];
  return head.columns.filter((column) => {
    if (column === label || column === group) return false;
    if (ID_NAMES.test(column)) return true;
    const cells = cellsOf(head, column).filter((cell) => cell.trim() !== '');
    const texts = cells.filter((cell) => !isNumber(cell)).length;
    return texts > cells.length / 2;
  });
}

/** A name for the data set out of a file's: `Seizure Train (1).csv` becomes `seizure-train-1`. */
export function suggestName(fileName: string): string {
  const name = fileName
    .replace(/(\.(csv|tsv|txt|jsonl|ndjson|json))+$/i, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
    .replace(/[._-]+$/, '');
  return datasetNameSchema.safeParse(name).success ? name : 'data';
}

/** The common stem of a set of files by split: `seizure_train.csv`, … become `seizure`. */
export function suggestNameOfSplits(fileName: string): string {
  return suggestName(fileName).replace(
    /[._-]+(training|train|validation|valid|val|testing|test)$/,
    '',
  );
}
