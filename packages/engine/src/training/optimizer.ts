import { type Configuration, flagIn, numberIn, type OptimizerKind, textIn } from '@starling/domain';
import type { Kernels, Pointer } from '@starling/kernels';

/** PyTorch's defaults. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const RMSPROP_ALPHA = 0.99;

/** Those of Lion's paper (Chen et al. 2023). */
const LION = [0.9, 0.99];

/** Scalars of the kernels after rate and decay. */
const ADAM = [BETA_1, BETA_2, EPSILON];
const RMSPROP = [RMSPROP_ALPHA, EPSILON];
const SCALARS = 8;
const CLIP = 7;

export interface OptimizerSettings {
  kind: OptimizerKind;
  learningRate: number;
  weightDecay: number;
  /** Of sgd alone. */
  momentum: number;
  /** Whether sgd looks ahead by its momentum, as unless it is false. */
  nesterov?: boolean;
  /** Longest gradient as a Euclidean norm, as of PyTorch's clip_grad_norm_; absent or 0: any. */
  clipNorm?: number;
}

export function optimizerSettings(configuration: Configuration): OptimizerSettings {
  return {
    kind: textIn(configuration, 'optimizer') as OptimizerKind,
    learningRate: numberIn(configuration, 'learningRate'),
    weightDecay: numberIn(configuration, 'weightDecay'),
    momentum: numberIn(configuration, 'momentum'),
    nesterov: flagIn(configuration, 'nesterov'),
    clipNorm: numberIn(configuration, 'clipNorm'),
  };
}

/** What an optimizer remembers, as flat buffers; its names are those in checkpoints. */
export const optimizerStates = {
  adam: ['first', 'second'],
  adamw: ['first', 'second'],
  sgd: ['velocity'],
  rmsprop: ['second'],
  lion: ['first'],
} as const satisfies Record<OptimizerKind, readonly string[]>;

export interface Optimizer {
  /** One step over all parameters; `step` counts from 1 over the whole training. */
  update(step: number): void;
  /** The rate of the steps from here on, out of some; before the first call that of the settings. */
  takeRate(rates: Float64Array, index: number): void;
  /** Flat buffers by name, each as long as the parameters. */
  readonly states: readonly { name: string; pointer: Pointer }[];
}

/**
 * An optimizer over flat buffers of the plan's layout; statistics in them are left alone.
 * Allocates its states, zeroed.
 */
export function createOptimizer(
  kernels: Kernels,
  settings: OptimizerSettings,
  parameters: Pointer,
  gradients: Pointer,
  plan: { size: number; learnedSize: number },
): Optimizer {
  const { kind, learningRate, weightDecay, momentum, nesterov = true, clipNorm = 0 } = settings;
  const count = plan.learnedSize;
  const states = optimizerStates[kind].map((name) => ({
    name,
    pointer: kernels.arena.allocate(plan.size),
  }));
  const [first = 0, second = 0] = states.map(({ pointer }) => pointer);
  const scalars = kernels.arena.allocate(2 * SCALARS);
  /** Rate and decay, the optimizer's own, and what changes by step. */
  const sgd = [momentum, Number(nesterov)];
  const fixed = { adam: ADAM, adamw: ADAM, sgd, rmsprop: RMSPROP, lion: LION }[kind];
  let values = kernels.arena.doubles(scalars, SCALARS);
  values.set([learningRate, weightDecay, ...fixed]);
  values[CLIP] = clipNorm;

  /** Memory that was allocated later has detached the view. */
  function renewView(): void {
    if (values.length === 0) values = kernels.arena.doubles(scalars, SCALARS);
  }

  return {
    states,
    takeRate(rates, index) {
      renewView();
      values[0] = rates[index] as number;
    },
    update(step) {
      renewView();
      if (clipNorm > 0) kernels.clipByNorm(gradients, count, scalars + 8 * CLIP);
      switch (kind) {
        case 'adam':
        case 'adamw':
          values[5] = 1 - BETA_1 ** step;
          values[6] = 1 - BETA_2 ** step;
          kernels.adam(
            parameters,
            gradients,
            first,
            second,
            count,
            scalars,
            kind === 'adamw' ? 1 : 0,
          );
          return;
        case 'sgd':
          kernels.sgd(parameters, gradients, first, count, scalars);
          return;
        case 'rmsprop':
          kernels.rmsprop(parameters, gradients, first, count, scalars);
          return;
        case 'lion':
          kernels.lion(parameters, gradients, first, count, scalars);
      }
    },
  };
}
