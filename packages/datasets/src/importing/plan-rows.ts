import { type ImportOptions, inputError, type Problem } from '@starling/domain';
import { planGroupedSplit } from '../split/plan-grouped-split.ts';
import { planStratifiedSplit } from '../split/plan-stratified-split.ts';
import { SIDES, showShares } from '../split/shares.ts';
import type { SplitCounts } from '../stored/splits.ts';
import { orderClasses } from './order-classes.ts';
import { datasetError, PROBLEM_LIMIT, showText } from './problem-list.ts';

/** The part that a file plays: one of the splits, or all of them. */
export type FileRole = 'all' | (typeof SIDES)[number];

/** What is kept in memory of every row read, over all files in order. */
export interface RowsRead {
  readonly files: readonly { role: FileRole; name: string; rows: number }[];
  /** [rows] index into `labelNames`. */
  readonly labels: Int32Array;
  readonly labelNames: readonly string[];
  /** [rows] index of the group; null without a group column. */
  readonly groups: Int32Array | null;
  readonly groupCount: number;
}

/** Every row's class and side. */
export interface RowPlan {
  readonly classNames: readonly string[];
  readonly classes: Int32Array;
  /** [rows] 0 train, 1 validation, 2 test. */
  readonly sides: Uint8Array;
  readonly splits: { train: SplitCounts; validation: SplitCounts; test: SplitCounts | null };
  /** How the rows came to their sides, in words. */
  readonly sentence: string;
}

function checkRows(rows: RowsRead, label: string): void {
  for (const file of rows.files) {
    if (file.rows > 0) continue;
    throw datasetError({
      field: file.name,
      message: 'the file has no rows of data',
      fix: 'give it one row an observation',
    });
  }
  if (rows.labelNames.length > 1) return;
  throw datasetError({
    field: `${rows.files[0]?.name}, column ${label}`,
    message: 'every row has the same label, and there is nothing to tell apart',
    value: showText(rows.labelNames[0] ?? ''),
    fix: 'give rows of at least two classes, or choose another label',
  });
}

/** In separate files a class must be in train to be learnt at all. */
function checkUnseen(
  rows: RowsRead,
  counts: readonly Int32Array[],
  classNames: readonly string[],
): void {
  const problems = rows.files.flatMap((file, side): Problem[] =>
    classNames.flatMap((name, index): Problem[] => {
      const isUnseen = (counts[0]?.[index] ?? 0) === 0 && (counts[side]?.[index] ?? 0) > 0;
      if (!isUnseen) return [];
      const found = `${counts[side]?.[index]} rows`;
      const fix = 'add rows of the class to train, or drop them here';
      const message = `class ${showText(name)} is not in ${rows.files[0]?.name}, so it cannot be learnt`;
      return [{ field: file.name, message, value: found, fix }];
    }),
  );
  if (problems.length > 0) throw inputError('invalid-dataset', problems.slice(0, PROBLEM_LIMIT));
}

function countSides(
  classes: Int32Array,
  sides: Uint8Array,
  classCount: number,
): readonly Int32Array[] {
  const counts = SIDES.map(() => new Int32Array(classCount));
  classes.forEach((index, row) => {
    const side = counts[sides[row] as number] as Int32Array;
    side[index] = (side[index] as number) + 1;
  });
  return counts;
}

function assignSides(
  rows: RowsRead,
  classes: Int32Array,
  classNames: readonly string[],
  options: ImportOptions,
): { sides: Uint8Array; sentence: string } {
  if (rows.files[0]?.role !== 'all') {
    const sides = new Uint8Array(classes.length);
    let start = 0;
    rows.files.forEach(({ role, rows: count }) => {
      sides.fill(SIDES.indexOf(role as (typeof SIDES)[number]), start, start + count);
      start += count;
    });
    return { sides, sentence: 'Split as given, in separate files.' };
  }
  const { split, seed, group } = options;
  const shares = showShares(split);
  if (group !== undefined && rows.groups !== null) {
    const grouped = { classes, groups: rows.groups, groupCount: rows.groupCount };
    const sides = planGroupedSplit(grouped, { classNames, group }, split, seed);
    const sentence = `Split ${shares} with each ${group} kept on one side, by class as far as that allows, seed ${seed}.`;
    return { sides, sentence };
  }
  const sides = planStratifiedSplit(classes, classNames, split, seed);
  return { sides, sentence: `Split ${shares} by class, seed ${seed}.` };
}

/**
 * Decides class and side of every row.
 * @throws AppError `invalid-dataset`: no rows, one class, a class too small for the split,
 *   a class that is not in train
 */
export function planRows(rows: RowsRead, options: ImportOptions): RowPlan {
  checkRows(rows, options.label);
  const { classNames, classOf } = orderClasses(rows.labelNames);
  const classes = rows.labels.map((label) => classOf[label] as number);
  if (classNames.length < 2) checkRows({ ...rows, labelNames: classNames }, options.label);
  const { sides, sentence } = assignSides(rows, classes, classNames, options);
  const counts = countSides(classes, sides, classNames.length);
  if (rows.files[0]?.role !== 'all') checkUnseen(rows, counts, classNames);
  const [train, validation, test] = counts.map((perClass): SplitCounts => {
    return { rows: perClass.reduce((sum, count) => sum + count, 0), perClass: [...perClass] };
  }) as [SplitCounts, SplitCounts, SplitCounts];
  const splits = { train, validation, test: test.rows > 0 ? test : null };
  return { classNames, classes, sides, splits, sentence };
}
