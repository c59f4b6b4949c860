import type { Pointer } from '@starling/kernels';

/**
 * The batch that lies in the input node. For sequences, rows are packed: observations by
 * falling length, rows by step.
 */
export interface Batch {
  /** Observations. */
  rows: number;
  /** Steps of the longest observation; 1 for other data. */
  steps: number;
  /** Rows of all steps together. */
  packedRows: number;
  /** [steps + 1] integers: the first row of every step. */
  offsets: Pointer;
  /** [rows] integers: the row of each observation's last step. */
  lastRows: Pointer;
}

/** What a pass through the network is for; names the random numbers of dropout. */
export interface Pass {
  isTraining: boolean;
  epoch: number;
  /** Step of the epoch, from 0. */
  step: number;
}

/** How many rows a node has in this batch. */
export function rowsOf(batch: Batch, per: 'observation' | 'step'): number {
  return per === 'step' ? batch.packedRows : batch.rows;
}

/**
 * One compiled layer. `forward` reads its input node and fills its output node; `backward`
 * reads the gradient of its output node (and may change it), fills that of its input node
 * where that has one, and those of its parameters. A backward follows the forward of the same
 * batch.
 */
export interface CompiledLayer {
  forward(batch: Batch, pass: Pass): void;
  backward(batch: Batch, pass: Pass): void;
}
