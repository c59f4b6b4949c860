import type { DataShape, SplitName } from '@starling/domain';

/** Rows of equal width: a signal, or a sequence of fixed length in time order. */
export interface DenseSplit {
  readonly kind: 'dense';
  readonly rows: number;
  /** Values a row. */
  readonly width: number;
  /** [rows, width], row by row, as the user gave them (not standardised). */
  readonly x: Float32Array;
  /** [rows], index into the class names. */
  readonly y: Int32Array;
}

interface RaggedRows {
  readonly kind: 'ragged';
  readonly rows: number;
  /** Values a step. */
  readonly features: number;
  /** [rows + 1]: row r owns steps `offsets[r]` up to, not including, `offsets[r + 1]`. */
  readonly offsets: Int32Array;
  /** [rows], index into the class names. */
  readonly y: Int32Array;
}

/** Sequences of different lengths whose steps are vectors of numbers. */
export interface RaggedStepsSplit extends RaggedRows {
  readonly content: 'steps';
  /** [steps, features], step by step, as the user gave them. */
  readonly x: Float32Array;
}

/**
 * Sequences of different lengths whose steps are sets of codes. Step s holds
 * `codes[codeOffsets[s]]` up to `codes[codeOffsets[s + 1]]`, ascending and without
 * repeats; as a vector it is 1 at those features and 0 elsewhere.
 */
export interface RaggedCodesSplit extends RaggedRows {
  readonly content: 'codes';
  readonly codeOffsets: Int32Array;
  readonly codes: Int32Array;
}

export type Split = DenseSplit | RaggedStepsSplit | RaggedCodesSplit;

/** How the numbers of every split are laid out. */
export const datasetLayouts = ['dense', 'ragged-steps', 'ragged-codes'] as const;
export type DatasetLayout = (typeof datasetLayouts)[number];

/**
 * Statistics of the training split, to be applied as `(x - mean) / scale`. One value a
 * column of a dense row, one a feature of a ragged step; codes have mean 0 and scale 1.
 */
export interface Standardisation {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}

export interface SplitCounts {
  readonly rows: number;
  /** Rows of each class, in class order. */
  readonly perClass: readonly number[];
}

/** What the header of a stored data set says. */
export interface DatasetDescription {
  readonly layout: DatasetLayout;
  readonly shape: DataShape;
  /** Labels as the user wrote them, in class order. */
  readonly classNames: readonly string[];
  /** Names of the columns, for a signal from CSV; else empty. */
  readonly featureNames: readonly string[];
  /** The codes by feature index, for sequences of codes; else empty. */
  readonly vocabulary: readonly string[];
  readonly isSynthetic: boolean;
  readonly description: string;
  readonly splits: {
    readonly train: SplitCounts;
    readonly validation: SplitCounts;
    readonly test: SplitCounts | null;
  };
}

/** A stored data set in memory; its arrays are views of one buffer and must not be written. */
export interface OpenDataset extends DatasetDescription {
  readonly standardisation: Standardisation;
  /** The views of one split; an `invalid-input` AppError where there is no such split. */
  split(name: SplitName): Split;
  /** The bytes behind every view; a SharedArrayBuffer where that was asked for. */
  readonly buffer: ArrayBufferLike;
}

/** Values of one dense row, or of one ragged step. */
export function widthOf(shape: DataShape, layout: DatasetLayout): number {
  if (shape.kind === 'signal') return shape.channels * shape.length;
  return layout === 'dense' ? shape.maxSteps * shape.features : shape.features;
}
