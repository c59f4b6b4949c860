import type { OptimizerKind } from '@starling/domain';
import { optimizerStates } from '../training/optimizer.ts';
import type { LanePart } from './lane-plan.ts';
import {
  BETA_1,
  BETA_2,
  columnOf,
  EPSILON,
  type LaneStep,
  type PartOptimizer,
} from './lane-update.ts';
import { openNativeAdam } from './native-adam.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

// PyTorch's default, and those of Lion's paper; as in the kernels.
const RMSPROP_ALPHA = 0.99;
const LION_1 = 0.9;
const LION_2 = 0.99;

/** Without states; `write` gives it some. */
export function openPartOptimizer(
  ops: Ops,
  kind: OptimizerKind,
  { isLarge }: Pick<LanePart, 'isLarge'>,
): PartOptimizer {
  const isAdam = kind === 'adam' || kind === 'adamw';
  const isNative = isLarge && isAdam && ops.native?.hasVariables === true;
  return isNative ? openNativeAdam(ops, ops.native) : openPlain(ops, kind);
}

/** Any optimizer by passes over all values. */
function openPlain(ops: Ops, kind: OptimizerKind): PartOptimizer {
  let states: readonly Tensor[] = [];
  function replace(next: readonly Tensor[]): void {
    for (const tensor of states) tensor.dispose();
    states = next.map((tensor) => ops.tf.keep(tensor));
  }
  return {
    scales: stateNames(kind).map((name) => scaleOf(kind, name)),
    move(steps, weights, gradient) {
      const next = moveByPasses(ops, kind, steps, weights, gradient, states);
      replace(next.states);
      return next.weights;
    },
    read: () => states.map((tensor) => tensor.clone()),
    write: (next) => replace(next.map((tensor) => tensor.clone())),
    dispose: () => replace([]),
  };
}

/**
 * Moments lie unscaled on the backend, m / (1 - β), which saves a pass over all weights a step;
 * checkpoints have m. By name of the state.
 */
function scaleOf(kind: OptimizerKind, name: string): number {
  if (kind === 'adam' || kind === 'adamw') return name === 'first' ? 1 - BETA_1 : 1 - BETA_2;
  if (kind === 'rmsprop') return 1 - RMSPROP_ALPHA;
  return 1;
}

/** What follows from weights, gradient and states of one part. */
function moveByPasses(
  ops: Ops,
  kind: OptimizerKind,
  steps: readonly LaneStep[],
  w: Tensor,
  g: Tensor,
  [first, second]: readonly Tensor[],
): { weights: Tensor; states: Tensor[] } {
  const { mul, add, sub } = ops;
  const column = (of: (step: LaneStep) => number): Tensor => columnOf(ops, steps, of);
  switch (kind) {
    case 'adam':
    case 'adamw': {
      // lr · (1-β1) M / c1 / (√((1-β2) V / c2) + ε), by √(1-β2) / √c2 taken out of the root
      const rootOf = ({ step }: LaneStep): number => Math.sqrt((1 - BETA_2) / (1 - BETA_2 ** step));
      const size = column(
        (lane) => (lane.learningRate * (1 - BETA_1)) / (1 - BETA_1 ** lane.step) / rootOf(lane),
      );
      const epsilon = column((lane) => EPSILON / rootOf(lane));
      const m = add(mul(first as Tensor, ops.scalar(BETA_1)), g);
      const v = add(mul(second as Tensor, ops.scalar(BETA_2)), ops.square(g));
      const width = add(ops.sqrt(v), epsilon);
      return { weights: sub(w, mul(ops.div(m, width), size)), states: [m, v] };
    }
    case 'sgd': {
      const momentum = column(({ settings }) => settings.momentum);
      const velocity = add(mul(first as Tensor, momentum), g);
      // Nesterov's g + μ v and the plain 0 g + 1 v, lane by lane where they differ.
      const isAhead = ({ settings }: LaneStep): boolean => settings.nesterov !== false;
      const ahead = (): Tensor => add(g, mul(velocity, momentum));
      const rate = column(({ learningRate }) => learningRate);
      const d = steps.every(isAhead)
        ? ahead()
        : steps.some(isAhead)
          ? ops.tf.where(
              ops.tf.cast(
                column((step) => Number(isAhead(step))),
                'bool',
              ),
              ahead(),
              velocity,
            )
          : velocity;
      return { weights: sub(w, mul(d, rate)), states: [velocity] };
    }
    case 'rmsprop': {
      const root = Math.sqrt(1 - RMSPROP_ALPHA);
      const v = add(mul(first as Tensor, ops.scalar(RMSPROP_ALPHA)), ops.square(g));
      const width = add(ops.sqrt(v), ops.scalar(EPSILON / root));
      const size = column(({ learningRate }) => learningRate / root);
      return { weights: sub(w, mul(ops.div(g, width), size)), states: [v] };
    }
    case 'lion': {
      const c = add(mul(first as Tensor, ops.scalar(LION_1)), mul(g, ops.scalar(1 - LION_1)));
      const m = add(mul(first as Tensor, ops.scalar(LION_2)), mul(g, ops.scalar(1 - LION_2)));
      const rate = column(({ learningRate }) => learningRate);
      return { weights: sub(w, mul(ops.sign(c), rate)), states: [m] };
    }
  }
}

export function stateNames(kind: OptimizerKind): readonly string[] {
  return optimizerStates[kind];
}
