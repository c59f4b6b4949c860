import { type Kernels, type Pointer, padded } from '@starling/kernels';

/** Rows of `size` values, `stride` floats apart: one an observation, or one a step of one. */
export interface RowsNode {
  kind: 'rows';
  per: 'observation' | 'step';
  size: number;
  stride: number;
  value: Pointer;
  /** 0 where nobody needs a gradient. */
  gradient: Pointer;
}

/**
 * Signals: a row is one channel of one observation. Gradients have rows of another stride
 * where the layer that made the node wants zeros around them.
 */
export interface SignalNode {
  kind: 'signal';
  channels: number;
  length: number;
  stride: number;
  value: Pointer;
  gradient: Pointer;
  gradientStride: number;
}

export type Node = RowsNode | SignalNode;

/** How many of everything the buffers hold. */
export interface Capacity {
  /** Observations of a batch. */
  rows: number;
  /** Steps of all observations of a batch together; of no meaning for dense data. */
  packedRows: number;
  /** Steps of one observation. */
  steps: number;
}

/** What layers are compiled with. */
export interface Workshop {
  kernels: Kernels;
  capacity: Capacity;
  isTraining: boolean;
}

/** Most rows that a node can have. */
export function rowCapacity(capacity: Capacity, per: RowsNode['per']): number {
  return per === 'step' ? capacity.packedRows : capacity.rows;
}

export function createRows(
  workshop: Workshop,
  per: RowsNode['per'],
  size: number,
  hasGradient = workshop.isTraining,
): RowsNode {
  const stride = padded(size);
  const count = rowCapacity(workshop.capacity, per) * stride;
  const { arena } = workshop.kernels;
  return {
    kind: 'rows',
    per,
    size,
    stride,
    value: arena.allocate(count),
    gradient: hasGradient ? arena.allocate(count) : 0,
  };
}

/**
 * A signal; gradients have `before` zeros (rounded up) in front of every row and are at least
 * `reach` floats long after them.
 */
export function createSignal(
  workshop: Workshop,
  channels: number,
  length: number,
  zeros: { before: number; reach: number } = { before: 0, reach: 0 },
  hasGradient = workshop.isTraining,
): SignalNode {
  const stride = padded(length);
  const margin = padded(zeros.before);
  const gradientStride = margin + Math.max(stride, padded(zeros.reach));
  const rows = workshop.capacity.rows * channels;
  const { arena } = workshop.kernels;
  return {
    kind: 'signal',
    channels,
    length,
    stride,
    value: arena.allocate(rows * stride),
    gradient: hasGradient ? arena.allocate(rows * gradientStride) + margin * 4 : 0,
    gradientStride,
  };
}
