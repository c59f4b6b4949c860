import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsByClass } from '../split/plan-stratified-split.ts';
import { SIDES } from '../split/shares.ts';
import { draftDataset, type StoredDataset } from '../stored/dataset-writer.ts';
import { RunningMoments } from '../stored/running-moments.ts';
import { type DatasetDescription, type SplitCounts, widthOf } from '../stored/splits.ts';

/** Rows of equal width in memory, with their classes and sides. */
export interface RowsInMemory {
  /** [rows, width] */
  readonly x: Float32Array;
  readonly classes: Int32Array;
  /** 0 train, 1 validation, 2 test. */
  readonly sides: Uint8Array;
  /** Columns that have statistics of their own; they repeat along the row. */
  readonly period: number;
}

interface SideRows {
  readonly x: Float32Array;
  readonly y: Int32Array;
  readonly counts: SplitCounts;
}

function rowsOfSide(rows: RowsInMemory, side: number, width: number, classCount: number): SideRows {
  const members = Int32Array.from(rows.sides.keys()).filter((row) => rows.sides[row] === side);
  const x = new Float32Array(members.length * width);
  members.forEach((row, at) => {
    x.set(rows.x.subarray(row * width, (row + 1) * width), at * width);
  });
  const y = members.map((row) => rows.classes[row] as number);
  const perClass = rowsByClass(y, classCount).map((of) => of.length);
  return { x, y, counts: { rows: members.length, perClass } };
}

/** Stores rows that are in memory already. */
export async function storeRows(
  rows: RowsInMemory,
  about: Omit<DatasetDescription, 'layout' | 'splits' | 'vocabulary'>,
  outputDirectory: string,
): Promise<StoredDataset> {
  const width = widthOf(about.shape, 'dense');
  const moments = new RunningMoments(rows.period);
  const [train, validation, test] = [
    rowsOfSide(rows, 0, width, about.classNames.length),
    rowsOfSide(rows, 1, width, about.classNames.length),
    rowsOfSide(rows, 2, width, about.classNames.length),
  ];
  for (let start = 0; start < train.x.length; start += rows.period) moments.add(train.x, start);
  const description: DatasetDescription = {
    ...about,
    layout: 'dense',
    vocabulary: [],
    splits: { train: train.counts, validation: validation.counts, test: test.counts },
  };
  const sides = { train, validation, test };
  await mkdir(outputDirectory, { recursive: true });
  const workDirectory = await mkdtemp(join(outputDirectory, '.built-in-'));
  try {
    const sizes = Object.fromEntries(
      SIDES.map((name) => [name, { rows: sides[name].counts.rows, steps: 0, codes: 0 }]),
    );
    await using draft = await draftDataset(workDirectory, description, sizes);
    for (const name of SIDES) {
      await draft.put(`${name}.y`, sides[name].y);
      await draft.put(`${name}.x`, sides[name].x);
    }
    return await draft.seal(moments.finish(width / rows.period), outputDirectory);
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}
