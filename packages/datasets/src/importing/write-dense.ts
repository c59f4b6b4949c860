import type { DataShape } from '@starling/domain';
import { SIDES } from '../split/shares.ts';
import {
  bytesOf,
  draftDataset,
  type StoredDataset,
  type TensorSink,
} from '../stored/dataset-writer.ts';
import { RunningMoments } from '../stored/running-moments.ts';
import type { DatasetDescription } from '../stored/splits.ts';
import type { ImportContext } from './import-context.ts';
import type { RowPlan } from './plan-rows.ts';
import type { Spool } from './spool.ts';

const BLOCK_VALUES = 256 * 1024;

/** The labels of one side, in row order. */
export function labelsOfSide(plan: RowPlan, side: number): Int32Array {
  return plan.classes.filter((_, row) => plan.sides[row] === side);
}

export interface DensePlan {
  readonly shape: DataShape;
  /** Values a row. */
  readonly width: number;
  /** Columns that repeat along the row and share their statistics (a step's features). */
  readonly period: number;
  readonly featureNames: readonly string[];
  readonly description: string;
}

/** Second pass over rows of equal width: every row to its split, train rows to the statistics. */
export async function writeDense(
  context: ImportContext,
  spool: Spool,
  rows: RowPlan,
  dense: DensePlan,
): Promise<StoredDataset> {
  const description: DatasetDescription = {
    layout: 'dense',
    shape: dense.shape,
    classNames: rows.classNames,
    featureNames: dense.featureNames,
    vocabulary: [],
    isSynthetic: false,
    description: dense.description,
    splits: rows.splits,
  };
  const present = SIDES.filter((side) => rows.splits[side] !== null);
  const sizes = Object.fromEntries(
    present.map((side) => [side, { rows: rows.splits[side]?.rows ?? 0, steps: 0, codes: 0 }]),
  );
  await using draft = await draftDataset(context.workDirectory, description, sizes);
  const sinks = present.map((side): TensorSink => draft.sink(`${side}.x`));
  const moments = new RunningMoments(dense.period);
  const rowsAtOnce = Math.max(1, Math.floor(BLOCK_VALUES / dense.width));
  const reader = spool.reader((length) => new Float32Array(length));
  for (let row = 0; row < rows.sides.length; ) {
    context.signal?.throwIfAborted();
    const count = Math.min(rowsAtOnce, rows.sides.length - row);
    const values = await reader.take(count * dense.width);
    const bytes = bytesOf(values);
    for (let at = 0; at < count; at++, row++) {
      const side = rows.sides[row] as number;
      const start = at * dense.width;
      const rowBytes = bytes.subarray(start * 4, (start + dense.width) * 4);
      const sink = sinks[side] as TensorSink;
      if (!sink.writeNow(rowBytes)) await sink.write(rowBytes);
      if (side !== 0) continue;
      for (let step = 0; step < dense.width; step += dense.period)
        moments.add(values, start + step);
    }
    context.report('writing', row);
  }
  for (const sink of sinks) await sink.finish();
  for (const [index, side] of present.entries()) {
    await draft.put(`${side}.y`, labelsOfSide(rows, index));
  }
  return await draft.seal(
    moments.finish(dense.width / dense.period),
    context.outputDirectory,
    context.signal,
  );
}
