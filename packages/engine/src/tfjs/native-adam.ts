import {
  BETA_1,
  BETA_2,
  columnOf,
  EPSILON,
  type LaneStep,
  type PartOptimizer,
} from './lane-update.ts';
import type { Native } from './native-ops.ts';
import { type NativeVariable, openVariable } from './native-variable.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

// As TensorFlow has them: bias corrections must be of the same numbers.
const B1 = Math.fround(BETA_1);
const B2 = Math.fround(BETA_2);

/** How far rates may be from one multiple of those that the weights are kept by. */
const SAME_RATE = 1e-9;

interface Variables {
  first: NativeVariable;
  second: NativeVariable;
}

/** The weights in units of each lane's rate, which one rate for all then moves. */
interface Scaled {
  weights: NativeVariable;
  rates: readonly number[];
  /** The rates, [lanes, 1]. */
  units: Tensor;
  /** What they were last read as; other weights begin anew. */
  last: Tensor;
}

/**
 * Adam by TensorFlow's own op, one pass over weights, moments and gradient instead of ten; for many
 * values, as it wakes other threads for few. It has one rate for all lanes, so weights are kept in
 * units of each lane's own, and schedules that all share are that one rate. Lanes whose steps
 * differ, after some joined a running pack, differ in what epsilon is beside the uncorrected root:
 * they go by passes, as does a rate of 0.
 */
export function openNativeAdam(ops: Ops, native: Native): PartOptimizer {
  const { tf } = ops;
  const { types } = native;
  const attributes = [
    { name: 'T', type: types.TF_ATTR_TYPE, value: types.TF_FLOAT },
    { name: 'use_locking', type: types.TF_ATTR_BOOL, value: false },
    { name: 'use_nesterov', type: types.TF_ATTR_BOOL, value: false },
  ];
  let opened: Variables | undefined;
  let scaled: Scaled | undefined;

  function forget(): void {
    scaled?.weights.dispose();
    scaled?.units.dispose();
    scaled = undefined;
  }
  function close(): void {
    forget();
    opened?.first.dispose();
    opened?.second.dispose();
    opened = undefined;
  }

  /** `w` in units of rates that those of this step are one multiple of, and that multiple. */
  function scale(w: Tensor, rates: readonly number[]): [Scaled, number] {
    if (scaled?.last === w) {
      const times = multipleOf(scaled.rates, rates);
      if (times !== undefined) return [scaled, times];
    }
    forget();
    const units = tf.keep(tf.tensor(Float32Array.from(rates), [rates.length, 1]));
    scaled = { weights: openVariable(ops, native, ops.div(w, units)), rates, units, last: w };
    return [scaled, 1];
  }

  function moveTogether(
    { first, second }: Variables,
    [{ step }]: readonly [LaneStep, ...LaneStep[]],
    [own, times]: [Scaled, number],
    g: Tensor,
  ): Tensor {
    const handles = [own.weights, first, second].map(({ handle }) => handle);
    // The op's own corrections, by powers of the betas, are none: they are in rate and epsilon.
    const powers = [ops.scalar(0), ops.scalar(0)];
    const rate = tf.scalar(times * correctionOf(step));
    const betas = [ops.scalar(BETA_1), ops.scalar(BETA_2)];
    const inputs = [...handles, ...powers, rate, ...betas, tf.scalar(EPSILON * rootOf(step)), g];
    native.execute('ResourceApplyAdam', attributes, inputs, 0);
    own.last = ops.mul(own.weights.read(), own.units);
    return own.last;
  }

  /** Every lane with corrections of its own. */
  function moveApart(
    { first, second }: Variables,
    steps: readonly LaneStep[],
    w: Tensor,
    g: Tensor,
  ): Tensor {
    const { mul, add, sub } = ops;
    const m = add(mul(first.read(), ops.scalar(B1)), mul(g, ops.scalar(1 - B1)));
    const v = add(mul(second.read(), ops.scalar(B2)), mul(ops.square(g), ops.scalar(1 - B2)));
    first.assign(m);
    second.assign(v);
    const epsilon = columnOf(ops, steps, ({ step }) => EPSILON * rootOf(step));
    const size = columnOf(ops, steps, (lane) => lane.learningRate * correctionOf(lane.step));
    return sub(w, mul(ops.div(m, add(ops.sqrt(v), epsilon)), size));
  }

  return {
    scales: [1, 1],
    move(steps, w, g) {
      if (opened === undefined) throw new TypeError('an optimizer has no states yet');
      const some = steps as readonly [LaneStep, ...LaneStep[]];
      const isApart = some.some((lane) => lane.step !== some[0].step || lane.learningRate === 0);
      if (isApart) return moveApart(opened, steps, w, g);
      const rates = steps.map(({ learningRate }) => learningRate);
      return moveTogether(opened, some, scale(w, rates), g);
    },
    read: () => (opened === undefined ? [] : [opened.first.read(), opened.second.read()]),
    write([first, second]) {
      close();
      if (first === undefined || second === undefined) return;
      opened = {
        first: openVariable(ops, native, first),
        second: openVariable(ops, native, second),
      };
    },
    dispose: close,
  };
}

/** By what all rates are times others; undefined where it is not one number. */
function multipleOf(others: readonly number[], rates: readonly number[]): number | undefined {
  const times = (rates[0] as number) / (others[0] as number);
  const isSame = rates.every((rate, lane) => {
    const wanted = (others[lane] as number) * times;
    return Math.abs(rate - wanted) <= SAME_RATE * wanted;
  });
  return isSame ? times : undefined;
}

function rootOf(step: number): number {
  return Math.sqrt(1 - B2 ** step);
}

/** √(1 - β2ᵗ) / (1 - β1ᵗ) */
function correctionOf(step: number): number {
  return rootOf(step) / (1 - B1 ** step);
}
