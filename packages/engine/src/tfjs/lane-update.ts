import type { OptimizerKind } from '@starling/domain';
import type { OptimizerSettings } from '../training/optimizer.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

// PyTorch's defaults, as in the kernels.
export const BETA_1 = 0.9;
export const BETA_2 = 0.999;
export const EPSILON = 1e-8;

/** What the optimizer of a lane is told each step. */
export interface LaneStep {
  settings: OptimizerSettings;
  /** Counts from 1 over the whole training. */
  step: number;
  learningRate: number;
}

/** The optimizer of one learned part of all lanes and its states, a tensor [lanes, values] each. */
export interface PartOptimizer {
  /** What a state is in checkpoints, in units of the one here; by position of the state. */
  readonly scales: readonly number[];
  /** One step; moves the states. Gives the weights that follow, of the tidy around it. */
  move(steps: readonly LaneStep[], weights: Tensor, gradient: Tensor): Tensor;
  /** The states as they are; whoever asks disposes them. */
  read(): Tensor[];
  /** Goes on from other states, which stay the caller's. */
  write(states: readonly Tensor[]): void;
  dispose(): void;
}

/** A value of every lane, [lanes, 1]. */
export function columnOf(
  { tf }: Ops,
  steps: readonly LaneStep[],
  of: (step: LaneStep) => number,
): Tensor {
  return tf.tensor(Float32Array.from(steps.map(of)), [steps.length, 1]);
}

/** Weights and gradients of one part. */
interface Pair {
  w: Tensor;
  g: Tensor;
}

/** What optimizers take, part by part: after weight decay and clipping. */
export function prepare(
  ops: Ops,
  kind: OptimizerKind,
  steps: readonly LaneStep[],
  parts: readonly Pair[],
): Pair[] {
  const hasDecay = steps.some(({ settings }) => settings.weightDecay !== 0);
  const isDecoupled = kind === 'adamw' || kind === 'lion';
  const clipped = clip(ops, steps, parts);
  if (!hasDecay) return clipped;
  if (isDecoupled) {
    const kept = columnOf(ops, steps, (lane) => 1 - lane.learningRate * lane.settings.weightDecay);
    return clipped.map(({ w, g }) => ({ w: ops.mul(w, kept), g }));
  }
  const decay = columnOf(ops, steps, ({ settings }) => settings.weightDecay);
  return clipped.map(({ w, g }) => ({ w, g: ops.add(g, ops.mul(w, decay)) }));
}

/** PyTorch's clip_grad_norm_ for the lanes that want it, over all parts together. */
function clip(ops: Ops, steps: readonly LaneStep[], parts: readonly Pair[]): Pair[] {
  if (steps.every(({ settings }) => !settings.clipNorm)) return [...parts];
  const squares = parts.map(({ g }) => ops.sum(ops.square(g), [1], true));
  const norm = ops.sqrt(squares.reduce((sum, each) => ops.add(sum, each)));
  const limit = columnOf(ops, steps, ({ settings }) => settings.clipNorm || Number.MAX_VALUE);
  const share = ops.min(ops.div(limit, ops.add(norm, ops.scalar(1e-6))), ops.scalar(1));
  return parts.map(({ w, g }) => ({ w, g: ops.mul(g, share) }));
}
