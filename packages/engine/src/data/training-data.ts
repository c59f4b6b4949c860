import type { DataShape } from '@starling/domain';

/** Observations of one size. Arrays may lie on shared memory; nobody writes to them. */
export interface DenseSplit {
  kind: 'dense';
  rows: number;
  /** Values an observation: channels · length, or steps · features. */
  width: number;
  /** [rows, width]; a signal channel by channel, a sequence step by step. */
  x: Float32Array;
  /** [rows], the class of each, from 0. */
  y: Int32Array;
}

/** Sequences of different lengths; each has one step at least. */
export type RaggedSplit = {
  kind: 'ragged';
  rows: number;
  features: number;
  /** [rows + 1]: the steps of row i are offsets[i] to offsets[i + 1] - 1. */
  offsets: Uint32Array;
  y: Int32Array;
} & RaggedValues;

export type RaggedValues =
  | {
      /** [steps of all rows, features]. */
      x: Float32Array;
      codes?: undefined;
    }
  | { x?: undefined; codes: MultiHotCodes };

/** Steps as sets of features that are 1; all others are 0. */
export interface MultiHotCodes {
  /** [steps of all rows + 1], into `codes`. */
  codeOffsets: Uint32Array;
  codes: Uint32Array;
}

export type Split = DenseSplit | RaggedSplit;

/**
 * Statistics of the training split, one a column of a dense split or one a feature of a
 * sequence: a value becomes (value - mean) / scale; a scale of 0 counts as 1.
 */
export interface Standardisation {
  mean: ArrayLike<number>;
  scale: ArrayLike<number>;
}

export interface TrainingData {
  train: Split;
  validation: Split;
  test?: Split;
  classes: number;
  shape: DataShape;
  standardisation?: Standardisation;
}

/** The length of the longest observation, in steps; 1 for dense splits. */
export function longestRow(split: Split): number {
  if (split.kind === 'dense') return 1;
  let longest = 1;
  for (let row = 0; row < split.rows; row++) longest = Math.max(longest, stepsOf(split, row));
  return longest;
}

export function stepsOf(split: RaggedSplit, row: number): number {
  return (split.offsets[row + 1] ?? 0) - (split.offsets[row] ?? 0);
}

/** The most steps that any `rows` observations of the split have together. */
export function mostSteps(split: RaggedSplit, rows: number): number {
  const lengths = new Uint32Array(split.rows);
  for (let row = 0; row < split.rows; row++) lengths[row] = stepsOf(split, row);
  lengths.sort();
  let sum = 0;
  for (const length of lengths.subarray(Math.max(0, split.rows - rows))) sum += length;
  return sum;
}
