import {
  type ActivationKind,
  type Layer,
  LEAKY_SLOPE,
  layerNameOf,
  type NetworkSpec,
} from '@starling/domain';
import type { Objective } from '../training/objective.ts';

/**
 * A slow network in float64, one observation at a time, written from the formulas and not
 * from the kernels: what gradients are checked against by central differences. No dropout.
 */
export type ReferenceWeights = ReadonlyMap<string, ArrayLike<number>>;

/** rows[channel][position] of a signal, rows[step][feature] of a sequence, rows[0] of a vector. */
type Rows = number[][];

const activations: Record<ActivationKind, (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => (x > 0 ? x : LEAKY_SLOPE * x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};
const { sigmoid } = activations;

function tensor(weights: ReferenceWeights, name: string): ArrayLike<number> {
  const values = weights.get(name);
  if (values === undefined) throw new TypeError(`no weights for ${name}`);
  return values;
}

/** W · x + b for a W of [outputs, x.length] */
function affine(
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  x: readonly number[],
): number[] {
  return Array.from({ length: bias.length }, (_, output) => {
    let sum = bias[output] as number;
    x.forEach((value, input) => {
      sum += (weight[output * x.length + input] as number) * value;
    });
    return sum;
  });
}

function convolve(weights: ReferenceWeights, name: string, kernel: number, rows: Rows): Rows {
  const weight = tensor(weights, `${name}.weight`);
  const bias = tensor(weights, `${name}.bias`);
  const length = (rows[0] as number[]).length - kernel + 1;
  return Array.from({ length: bias.length }, (_, filter) =>
    Array.from({ length }, (_, position) => {
      let sum = bias[filter] as number;
      rows.forEach((row, channel) => {
        for (let tap = 0; tap < kernel; tap++) {
          const w = weight[(filter * rows.length + channel) * kernel + tap] as number;
          sum += w * (row[position + tap] as number);
        }
      });
      return sum;
    }),
  );
}

/** The states after each step, in the order of the steps, of one direction. */
function runGru(weights: ReferenceWeights, name: string, suffix: string, steps: Rows): Rows {
  const [wi, wh, bi, bh] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((part) =>
    tensor(weights, `${name}.${part}${suffix}`),
  ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
  const size = bi.length / 3;
  let state = new Array<number>(size).fill(0);
  return steps.map((x) => {
    const fromInput = affine(wi, bi, x);
    const fromState = affine(wh, bh, state);
    const at = (gate: number, unit: number): [number, number] => [
      fromInput[gate * size + unit] as number,
      fromState[gate * size + unit] as number,
    ];
    state = state.map((before, unit) => {
      const [ri, rh] = at(0, unit);
      const [zi, zh] = at(1, unit);
      const [ni, nh] = at(2, unit);
      const z = sigmoid(zi + zh);
      const n = Math.tanh(ni + sigmoid(ri + rh) * nh);
      return (1 - z) * n + z * before;
    });
    return state;
  });
}

function gru(
  weights: ReferenceWeights,
  name: string,
  layer: Extract<Layer, { kind: 'gru' }>,
  rows: Rows,
): Rows {
  const forwards = runGru(weights, name, '_l0', rows);
  const last = forwards.at(-1) as number[];
  if (!layer.bidirectional) return layer.returnSequence ? forwards : [last];
  const backwards = runGru(weights, name, '_l0_reverse', rows.toReversed()).toReversed();
  if (!layer.returnSequence) return [[...last, ...(backwards[0] as number[])]];
  return forwards.map((state, step) => [...state, ...(backwards[step] as number[])]);
}

function pool(size: number, rows: Rows): Rows {
  return rows.map((row) =>
    Array.from({ length: Math.floor(row.length / size) }, (_, index) =>
      Math.max(...row.slice(index * size, (index + 1) * size)),
    ),
  );
}

/** The logits of one observation, given as rows of the network's input. */
export function referenceLogits(
  spec: NetworkSpec,
  weights: ReferenceWeights,
  observation: Rows,
): number[] {
  let rows = observation;
  spec.layers.forEach((layer, index) => {
    const name = layerNameOf(layer, index);
    switch (layer.kind) {
      case 'dense':
      case 'perStepDense':
        rows = rows.map((row) =>
          affine(tensor(weights, `${name}.weight`), tensor(weights, `${name}.bias`), row),
        );
        break;
      case 'conv1d':
        rows = convolve(weights, name, layer.kernel, rows);
        break;
      case 'maxPool1d':
        rows = pool(layer.size, rows);
        break;
      case 'gru':
        rows = gru(weights, name, layer, rows);
        break;
      case 'activation':
        rows = rows.map((row) => row.map(activations[layer.activation]));
        break;
      case 'flatten':
        rows = [rows.flat()];
        break;
      case 'lastState':
        rows = [rows.at(-1) as number[]];
        break;
      case 'dropout':
        break;
    }
  });
  return rows[0] as number[];
}

/** Mean softmax cross-entropy of observations, weighted and smoothed as the objective says. */
export function referenceLoss(
  spec: NetworkSpec,
  weights: ReferenceWeights,
  observations: readonly Rows[],
  labels: ArrayLike<number>,
  objective?: Objective,
): number {
  const { classes } = spec;
  const { labelSmoothing, classWeights } = objective ?? {
    labelSmoothing: 0,
    classWeights: new Array<number>(classes).fill(1),
  };
  let total = 0;
  let weight = 0;
  observations.forEach((observation, index) => {
    const logits = referenceLogits(spec, weights, observation);
    const largest = Math.max(...logits);
    const sum = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    const label = labels[index] as number;
    weight += classWeights[label] as number;
    logits.forEach((logit, k) => {
      const share = labelSmoothing / classes + (k === label ? 1 - labelSmoothing : 0);
      total += share * (classWeights[k] as number) * (Math.log(sum) + largest - logit);
    });
  });
  return total / weight;
}
