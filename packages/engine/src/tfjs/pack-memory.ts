import { describeNetwork, type NetworkSpec, type OptimizerKind } from '@starling/domain';
import type { TrainingData } from '../data/training-data.ts';
import { longestRow } from '../data/training-data.ts';
import { stateNames } from './lane-optimizer.ts';

const FLOAT_BYTES = 4;
/** Values that a layer keeps or makes on its way, for one of its output: gates, windows, slopes. */
const ACTIVATION_SHARE = 6;
/** Passes of the optimizer that are alive at once, beside gradients. */
const SCRATCH_ROWS = 4;

/** What memory depends on. */
export interface PackMemoryOptions {
  network: NetworkSpec;
  optimizer: OptimizerKind;
  batchSize: number;
  /** Steps of the longest sequence; 1 for other data. */
  steps: number;
}

/**
 * Bytes that a lane needs on the backend, roughly and rather too many: weights and optimizer
 * states twice (those that train and those of the last epoch), the best weights, gradients, what
 * an update makes on its way, and the activations of a batch.
 */
export function laneBytes({ network, optimizer, batchSize, steps }: PackMemoryOptions): number {
  const { parameters, activationBytes } = describeNetwork(network, { steps });
  const rows = 2 * (1 + stateNames(optimizer).length) + 2 + SCRATCH_ROWS;
  const inputs = inputValues(network, steps) * FLOAT_BYTES * 2;
  return (
    parameters * FLOAT_BYTES * rows + batchSize * (activationBytes * ACTIVATION_SHARE + inputs)
  );
}

function inputValues({ input }: NetworkSpec, steps: number): number {
  if (input.kind === 'signal') return input.channels * input.length;
  return (input.steps ?? steps) * input.features;
}

/** Bytes of the splits on the backend; sequences of different lengths are not kept there. */
export function dataBytes({ train, validation }: TrainingData): number {
  return [train, validation].reduce(
    (sum, split) => sum + (split.kind === 'dense' ? split.rows * split.width * FLOAT_BYTES : 0),
    0,
  );
}

/** How many lanes of a network fit into memory beside their data; one at least. */
export function lanesThatFit(
  memoryBytes: number,
  data: TrainingData,
  options: Omit<PackMemoryOptions, 'steps'>,
): number {
  const steps = Math.max(longestRow(data.train), longestRow(data.validation));
  const free = memoryBytes - dataBytes(data);
  return Math.max(1, Math.floor(free / laneBytes({ ...options, steps })));
}

/**
 * What backends say when their memory is full: TensorFlow (whose copy to a full card fails as
 * "Dst tensor is not initialized"), CUDA's driver and runtime, cuBLAS and cuDNN, C++ and JavaScript.
 */
const FULL = [
  /\boom\b/,
  /out[ _]of[ _]memory/,
  /resource[ _]?exhausted/,
  /failed to allocate/,
  /memory[ _]?allocation/,
  /alloc(ation)?[ _]failed/,
  /bad_alloc/,
  /dst tensor is not initialized/,
];

/** Whether an error of any backend says that its memory is full. */
export function isOutOfMemory(error: unknown): boolean {
  const text = (error instanceof Error ? error.message : String(error)).toLowerCase();
  return FULL.some((words) => words.test(text));
}
