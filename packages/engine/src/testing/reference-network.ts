import {
  type ActivationKind,
  type Layer,
  LEAKY_SLOPE,
  layerNameOf,
  type NetworkSpec,
} from '@starling/domain';
import type { Objective } from '../training/objective.ts';

/**
 * A slow network in float64, written from the formulas and not
 * from the kernels: what gradients are checked against by central differences. Dropout is what the
 * mask that is handed in says; without one it does nothing.
 */
export type ReferenceWeights = ReadonlyMap<string, ArrayLike<number>>;

/** rows[channel][position] of a signal, rows[step][feature] of a sequence, rows[0] of a vector. */
type Rows = number[][];

/** What dropout multiplies a value by: of a layer, an observation, and a place in its rows. */
export type DropoutMask = (
  layer: string,
  observation: number,
  row: number,
  value: number,
) => number;

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
  const outputs = new Array<number>(bias.length);
  for (let output = 0; output < outputs.length; output++) {
    let sum = bias[output] as number;
    for (let input = 0; input < x.length; input++) {
      sum += (weight[output * x.length + input] as number) * (x[input] as number);
    }
    outputs[output] = sum;
  }
  return outputs;
}

function convolve(weights: ReferenceWeights, name: string, kernel: number, rows: Rows): Rows {
  const weight = tensor(weights, `${name}.weight`);
  const bias = tensor(weights, `${name}.bias`);
  const length = (rows[0] as number[]).length - kernel + 1;
  return Array.from({ length: bias.length }, (_, filter) =>
    Array.from({ length }, (_, position) => {
      let sum = bias[filter] as number;
      for (let channel = 0; channel < rows.length; channel++) {
        const row = rows[channel] as number[];
        const first = (filter * rows.length + channel) * kernel;
        for (let tap = 0; tap < kernel; tap++) {
          sum += (weight[first + tap] as number) * (row[position + tap] as number);
        }
      }
      return sum;
    }),
  );
}

type Recurrent = Extract<Layer, { kind: 'gru' | 'lstm' }>;

/** The state after a step, and the memory of an LSTM. */
interface State {
  h: number[];
  c: number[];
}

/** One unit's next state, put into `state`; x and h give its products by gate. */
type CellOf = (
  x: (gate: number) => number,
  h: (gate: number) => number,
  state: State,
  unit: number,
) => void;

const cells: Record<Recurrent['kind'], CellOf> = {
  gru(x, h, state, unit) {
    const z = sigmoid(x(1) + h(1));
    const n = Math.tanh(x(2) + sigmoid(x(0) + h(0)) * h(2));
    state.h[unit] = (1 - z) * n + z * (state.h[unit] as number);
  },
  lstm(x, h, state, unit) {
    const kept = sigmoid(x(1) + h(1)) * (state.c[unit] as number);
    const next = kept + sigmoid(x(0) + h(0)) * Math.tanh(x(2) + h(2));
    state.c[unit] = next;
    state.h[unit] = sigmoid(x(3) + h(3)) * Math.tanh(next);
  },
};

/** The states after each step, in the order of the steps, of one direction. */
function runSteps(
  weights: ReferenceWeights,
  name: string,
  suffix: string,
  kind: Recurrent['kind'],
  steps: Rows,
): Rows {
  const [wi, wh, bi, bh] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((part) =>
    tensor(weights, `${name}.${part}${suffix}`),
  ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
  const gates = kind === 'gru' ? 3 : 4;
  const size = bi.length / gates;
  const state: State = { h: new Array<number>(size).fill(0), c: new Array<number>(size).fill(0) };
  return steps.map((x) => {
    const fromInput = affine(wi, bi, x);
    const fromState = affine(wh, bh, state.h);
    for (let unit = 0; unit < size; unit++) {
      const at = (values: number[]) => (gate: number) => values[gate * size + unit] as number;
      cells[kind](at(fromInput), at(fromState), state, unit);
    }
    return [...state.h];
  });
}

function recur(weights: ReferenceWeights, name: string, layer: Recurrent, rows: Rows): Rows {
  const { kind } = layer;
  const forwards = runSteps(weights, name, '_l0', kind, rows);
  const last = forwards.at(-1) as number[];
  if (!layer.bidirectional) return layer.returnSequence ? forwards : [last];
  const reversed = rows.toReversed();
  const backwards = runSteps(weights, name, '_l0_reverse', kind, reversed).toReversed();
  if (!layer.returnSequence) return [[...last, ...(backwards[0] as number[])]];
  return forwards.map((state, step) => [...state, ...(backwards[step] as number[])]);
}

/**
 * Batch norm over vectors (rows[0] has the channels) or signals (rows are the channels), with
 * the statistics of the batch where it trains, unless that is one value a channel.
 */
function normalise(
  weights: ReferenceWeights,
  name: string,
  batch: readonly Rows[],
  isTraining: boolean,
): Rows[] {
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => Float64Array.from(tensor(weights, `${name}.${part}`)),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const isVector = batch[0]?.length === 1 && gamma.length !== 1;
  const channelsOf = (rows: Rows): Rows =>
    isVector ? (rows[0] as number[]).map((value) => [value]) : rows;
  const all = batch.map(channelsOf);
  const isAlone = all.length === 1 && all[0]?.[0]?.length === 1;
  if (isTraining && !isAlone) {
    for (let channel = 0; channel < gamma.length; channel++) {
      const values = all.flatMap((rows) => rows[channel] as number[]);
      const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
      mean[channel] = middle;
      variance[channel] =
        values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
    }
  }
  const done = all.map((rows) =>
    rows.map((row, channel) => {
      const at = (values: Float64Array): number => values[channel] as number;
      const scale = at(gamma) / Math.sqrt(at(variance) + 1e-5);
      return row.map((value) => (value - at(mean)) * scale + at(beta));
    }),
  );
  return isVector ? done.map((rows) => [rows.flat()]) : done;
}

function pool(size: number, rows: Rows): Rows {
  return rows.map((row) =>
    Array.from({ length: Math.floor(row.length / size) }, (_, index) =>
      Math.max(...row.slice(index * size, (index + 1) * size)),
    ),
  );
}

function weightedSum(rows: Rows, shares: readonly number[]): number[] {
  return (rows[0] as number[]).map((_, feature) =>
    rows.reduce((sum, row, step) => sum + (row[feature] as number) * (shares[step] as number), 0),
  );
}

function attend(weights: ReferenceWeights, name: string, rows: Rows): number[] {
  const score = tensor(weights, `${name}.score.weight`);
  const raised = rows.map((row) => {
    const inner = affine(
      tensor(weights, `${name}.proj.weight`),
      tensor(weights, `${name}.proj.bias`),
      row,
    );
    const sum = inner.reduce((all, x, unit) => all + Math.tanh(x) * (score[unit] as number), 0);
    return Math.exp(sum);
  });
  const total = raised.reduce((all, x) => all + x, 0);
  return weightedSum(
    rows,
    raised.map((x) => x / total),
  );
}

/** What a layer makes of one observation; all but batch norm look at no other. */
function applyLayer(weights: ReferenceWeights, layer: Layer, name: string, rows: Rows): Rows {
  switch (layer.kind) {
    case 'dense':
    case 'perStepDense':
      return rows.map((row) =>
        affine(tensor(weights, `${name}.weight`), tensor(weights, `${name}.bias`), row),
      );
    case 'conv1d':
      return convolve(weights, name, layer.kernel, rows);
    case 'maxPool1d':
      return pool(layer.size, rows);
    case 'gru':
    case 'lstm':
      return recur(weights, name, layer, rows);
    case 'activation':
      return rows.map((row) => row.map(activations[layer.activation]));
    case 'flatten':
      return [rows.flat()];
    case 'lastState':
      return [rows.at(-1) as number[]];
    case 'meanPool':
      return [weightedSum(rows, new Array<number>(rows.length).fill(1 / rows.length))];
    case 'attentionPool':
      return [attend(weights, name, rows)];
    case 'dropout':
    case 'batchNorm':
      return rows;
  }
}

/** The logits of observations, each given as rows of the network's input. */
export function referenceBatch(
  spec: NetworkSpec,
  weights: ReferenceWeights,
  observations: readonly Rows[],
  isTraining: boolean,
  mask?: DropoutMask,
): number[][] {
  let batch = [...observations];
  spec.layers.forEach((layer, index) => {
    const name = layerNameOf(layer, index);
    if (layer.kind === 'batchNorm') batch = normalise(weights, name, batch, isTraining);
    else if (layer.kind === 'dropout' && mask !== undefined) {
      batch = batch.map((rows, observation) =>
        rows.map((row, at) => row.map((x, value) => x * mask(name, observation, at, value))),
      );
    } else batch = batch.map((rows) => applyLayer(weights, layer, name, rows));
  });
  return batch.map((rows) => rows[0] as number[]);
}

/** The logits of one observation in inference. */
export function referenceLogits(
  spec: NetworkSpec,
  weights: ReferenceWeights,
  observation: Rows,
): number[] {
  return referenceBatch(spec, weights, [observation], false)[0] as number[];
}

/** Mean softmax cross-entropy of a batch in training, weighted and smoothed as the objective says. */
export function referenceLoss(
  spec: NetworkSpec,
  weights: ReferenceWeights,
  observations: readonly Rows[],
  labels: ArrayLike<number>,
  objective?: Objective,
  mask?: DropoutMask,
): number {
  const { classes } = spec;
  const { labelSmoothing, classWeights } = objective ?? {
    labelSmoothing: 0,
    classWeights: new Array<number>(classes).fill(1),
  };
  let total = 0;
  let weight = 0;
  referenceBatch(spec, weights, observations, true, mask).forEach((logits, index) => {
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
