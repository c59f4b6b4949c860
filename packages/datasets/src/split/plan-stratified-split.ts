import { createRandom, inputError, type Problem } from '@starling/domain';
import { apportion, listShares, SIDE_COUNT, type SplitShares, showShares } from './shares.ts';

/** Row numbers of each class, ascending. */
export function rowsByClass(classes: Int32Array, classCount: number): Int32Array[] {
  const counts = new Int32Array(classCount);
  for (const index of classes) counts[index] = (counts[index] as number) + 1;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(classCount);
  classes.forEach((index, row) => {
    const at = filled[index] as number;
    (rows[index] as Int32Array)[at] = row;
    filled[index] = at + 1;
  });
  return rows;
}

/**
 * Assigns every row a side (0 train, 1 validation, 2 test) so that each class is cut by the
 * shares exactly, to the row (largest remainder). The same input and seed give the same
 * split everywhere.
 * @param classes [rows] class of each row
 * @throws AppError `invalid-dataset` for classes with fewer rows than there are sides
 */
export function planStratifiedSplit(
  classes: Int32Array,
  classNames: readonly string[],
  shares: SplitShares,
  seed: number,
): Uint8Array {
  const wanted = listShares(shares);
  const sides = wanted.filter((share) => share > 0).length;
  const assignment = new Uint8Array(classes.length);
  const debt = new Array<number>(SIDE_COUNT).fill(0);
  const problems: Problem[] = [];
  rowsByClass(classes, classNames.length).forEach((rows, index) => {
    const name = classNames[index] as string;
    if (rows.length < sides) {
      problems.push({
        field: `class ${name}`,
        message: `it has too few rows for a split of ${showShares(shares)}`,
        value: rows.length === 1 ? '1 row' : `${rows.length} rows`,
        fix: `give it at least ${sides} rows, or drop the class`,
      });
      return;
    }
    const counts = apportion(rows.length, wanted, debt);
    createRandom(seed, 'split', index).shuffle(rows);
    let start = 0;
    counts.forEach((count, side) => {
      for (const row of rows.subarray(start, start + count)) assignment[row] = side;
      start += count;
      debt[side] = (debt[side] as number) + (wanted[side] as number) * rows.length - count;
    });
  });
  if (problems.length > 0) throw inputError('invalid-dataset', problems.slice(0, 20));
  return assignment;
}
