import { type DatasetSummary, type SplitName, splitNames } from '@starling/domain';

/** Classes that a bar chart shows legibly; the table behind it has all. */
export const CLASSES_AT_MOST = 30;

export interface SplitBalance {
  split: SplitName;
  rows: number;
  /** Rows of each class, in class order. */
  counts: readonly number[];
  /** Of the split's own rows, 0 to 1. */
  shares: readonly number[];
}

/** How many rows of each class every split has. */
export function balanceOf({ splits }: Pick<DatasetSummary, 'splits'>): SplitBalance[] {
  return splitNames.flatMap((split) => {
    const summary = splits[split];
    if (summary === null) return [];
    const { rows, perClass } = summary;
    return [{ split, rows, counts: perClass, shares: perClass.map((n) => n / Math.max(1, rows)) }];
  });
}

/** The share of train's most frequent class: what a classifier reaches that always names it. */
export function majorityShare({ splits }: Pick<DatasetSummary, 'splits'>): number {
  return Math.max(0, ...splits.train.perClass) / Math.max(1, splits.train.rows);
}
