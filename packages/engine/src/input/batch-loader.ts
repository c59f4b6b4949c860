import type { DataShape } from '@starling/domain';
import type { Pointer } from '@starling/kernels';
import type { Split, Standardisation } from '../data/training-data.ts';
import type { Batch } from '../network/batch.ts';
import type { CompiledNetwork } from '../network/compile-network.ts';

/** Brings rows of a split into a network's input. */
export interface BatchLoader {
  /** [rows] integers: the classes of the rows of the batch. */
  readonly labels: Pointer;
  /** The rows of the split that the batch holds, in the batch's order. */
  readonly rowIndex: Uint32Array;
  /**
   * Loads the rows order[start] to order[start + count - 1]. The batch belongs to the loader
   * and holds until the next load.
   */
  load(split: Split, order: Uint32Array, start: number, count: number): Batch;
}

/** What both kinds of loaders share. */
export interface LoaderSetup {
  network: CompiledNetwork;
  shape: DataShape;
  standardisation: Standardisation | undefined;
  labels: Pointer;
  offsets: Pointer;
  lastRows: Pointer;
}
