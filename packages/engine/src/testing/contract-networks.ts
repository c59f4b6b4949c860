import { createRandom, type DataShape, type NetworkSpec } from '@starling/domain';
import type { Split } from '../data/training-data.ts';
import { planParameters, valuesInSlot } from '../network/parameter-slots.ts';
import type { NamedTensors } from './golden.ts';

/** A small network for the contract suite, with every odd size that padding may get wrong. */
export interface ContractNetwork {
  name: string;
  spec: NetworkSpec;
  shape: DataShape;
  /** Rows of the network's input for one observation of a batch. */
  rowsOf(batch: Split, row: number): number[][];
}

const signal: DataShape = { kind: 'signal', channels: 3, length: 19, classes: 3 };
const fixed: DataShape = {
  kind: 'sequence',
  features: 3,
  maxSteps: 6,
  classes: 3,
  variable: false,
};
const variable: DataShape = { kind: 'sequence', features: 5, maxSteps: 7, classes: 2 };

function denseRow(batch: Split, row: number): number[] {
  if (batch.kind !== 'dense') throw new TypeError('the batch is not dense');
  return [...batch.x.subarray(row * batch.width, (row + 1) * batch.width)];
}

function cut(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function raggedRows(batch: Split, row: number): number[][] {
  if (batch.kind !== 'ragged' || batch.x === undefined) throw new TypeError('no dense steps');
  const { features, offsets } = batch;
  const start = (offsets[row] ?? 0) * features;
  return cut([...batch.x.subarray(start, (offsets[row + 1] ?? 0) * features)], features);
}

/** An observation as the rows of a network's input that takes data of this shape as they are. */
export function rowsOfInput(shape: DataShape, batch: Split, row: number): number[][] {
  if (batch.kind === 'ragged') return raggedRows(batch, row);
  return cut(denseRow(batch, row), shape.kind === 'signal' ? shape.length : shape.features);
}

const channelsOf = (batch: Split, row: number): number[][] => cut(denseRow(batch, row), 19);

const gru = (name: string, hidden: number, bidirectional: boolean, returnSequence: boolean) =>
  ({ kind: 'gru', name, hidden, bidirectional, returnSequence }) as const;

const lstm = (name: string, hidden: number, bidirectional: boolean, returnSequence: boolean) =>
  ({ kind: 'lstm', name, hidden, bidirectional, returnSequence }) as const;

export const contractNetworks: readonly ContractNetwork[] = [
  {
    name: 'dense layers of odd widths over several channels',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'flatten' },
        { kind: 'dense', name: 'a', units: 7 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'dense', name: 'b', units: 9 },
        { kind: 'activation', activation: 'leakyRelu' },
        { kind: 'dense', name: 'c', units: 5 },
        { kind: 'dense', name: 'd', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'convolutions with pools of 2 and 3, channels and odd filters',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'conv1d', name: 'a', filters: 5, kernel: 4 },
        { kind: 'activation', activation: 'sigmoid' },
        { kind: 'maxPool1d', size: 2 },
        { kind: 'conv1d', name: 'b', filters: 6, kernel: 2 },
        { kind: 'maxPool1d', size: 3 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'flatten' },
        { kind: 'dense', name: 'c', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'convolutions on convolutions without pools',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'conv1d', name: 'a', filters: 3, kernel: 3 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'conv1d', name: 'b', filters: 9, kernel: 6 },
        { kind: 'activation', activation: 'leakyRelu' },
        { kind: 'conv1d', name: 'c', filters: 2, kernel: 1 },
        { kind: 'flatten' },
        { kind: 'dense', name: 'd', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'steps of a signal in chunks, bidirectional GRU of an odd size',
    shape: { kind: 'signal', channels: 1, length: 19, classes: 3 },
    rowsOf: (batch, row) => cut([...denseRow(batch, row), 0], 4),
    spec: {
      input: { kind: 'sequence', steps: 5, features: 4 },
      layers: [gru('a', 3, true, true), gru('b', 5, false, false), { kind: 'dense', units: 3 }],
      classes: 3,
    },
  },
  {
    name: 'a sequence of fixed length, flattened after a GRU',
    shape: fixed,
    rowsOf: (batch, row) => cut(denseRow(batch, row), 3),
    spec: {
      input: { kind: 'sequence', steps: 6, features: 3 },
      layers: [
        gru('a', 5, false, true),
        { kind: 'flatten' },
        { kind: 'dense', name: 'b', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'sequences of different lengths, per-step layers, stacked bidirectional GRUs',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        { kind: 'perStepDense', name: 'a', units: 6 },
        { kind: 'activation', activation: 'leakyRelu' },
        gru('b', 3, true, true),
        gru('c', 4, true, false),
        { kind: 'dense', name: 'd', units: 2 },
      ],
      classes: 2,
    },
  },
  {
    name: 'sequences of different lengths, the last step of per-step layers',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        gru('a', 6, false, true),
        { kind: 'perStepDense', name: 'b', units: 3 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'lastState' },
        { kind: 'dense', name: 'c', units: 2 },
      ],
      classes: 2,
    },
  },
  {
    name: 'batch norm after dense layers, and on the input',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'flatten' },
        { kind: 'batchNorm', name: 'n' },
        { kind: 'dense', name: 'a', units: 7 },
        { kind: 'batchNorm', name: 'b' },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'dense', name: 'c', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'batch norm after convolutions, with and without a pool',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'conv1d', name: 'a', filters: 5, kernel: 4 },
        { kind: 'batchNorm', name: 'b' },
        { kind: 'activation', activation: 'leakyRelu' },
        { kind: 'maxPool1d', size: 2 },
        { kind: 'conv1d', name: 'c', filters: 3, kernel: 2 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'batchNorm', name: 'd' },
        { kind: 'conv1d', name: 'e', filters: 2, kernel: 3 },
        { kind: 'flatten' },
        { kind: 'dense', name: 'f', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'an LSTM on a bidirectional one over sequences of different lengths',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        { kind: 'perStepDense', name: 'a', units: 6 },
        lstm('b', 3, true, true),
        lstm('c', 5, true, false),
        { kind: 'dense', name: 'd', units: 2 },
      ],
      classes: 2,
    },
  },
  {
    name: 'LSTMs over a sequence of fixed length, batch norm on the last state',
    shape: fixed,
    rowsOf: (batch, row) => cut(denseRow(batch, row), 3),
    spec: {
      input: { kind: 'sequence', steps: 6, features: 3 },
      layers: [
        lstm('a', 6, false, true),
        lstm('b', 4, false, false),
        { kind: 'batchNorm', name: 'c' },
        { kind: 'dense', name: 'd', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'the mean of the steps of a GRU over sequences of different lengths',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        gru('a', 3, true, true),
        { kind: 'meanPool' },
        { kind: 'dense', name: 'b', units: 2 },
      ],
      classes: 2,
    },
  },
  {
    name: 'attention over the steps of an LSTM on sequences of different lengths',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        lstm('a', 3, true, true),
        { kind: 'attentionPool', name: 'b', units: 5 },
        { kind: 'dense', name: 'c', units: 2 },
      ],
      classes: 2,
    },
  },
  {
    name: 'attention over the steps of the input itself, and a dense layer behind it',
    shape: fixed,
    rowsOf: (batch, row) => cut(denseRow(batch, row), 3),
    spec: {
      input: { kind: 'sequence', steps: 6, features: 3 },
      layers: [
        { kind: 'attentionPool', name: 'a', units: 9 },
        { kind: 'dense', name: 'b', units: 6 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'dense', name: 'c', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'chunks of a signal of several channels, the mean of per-step layers',
    shape: signal,
    // Five steps of four samples of each channel, the last filled with a zero a channel.
    rowsOf: (batch, row) => {
      const chunks = channelsOf(batch, row).map((channel) => cut([...channel, 0], 4));
      return Array.from({ length: 5 }, (_, step) => chunks.flatMap((parts) => parts[step] ?? []));
    },
    spec: {
      input: { kind: 'sequence', steps: 5, features: 12 },
      layers: [
        { kind: 'perStepDense', name: 'a', units: 5 },
        { kind: 'activation', activation: 'tanh' },
        gru('b', 3, false, true),
        { kind: 'meanPool' },
        { kind: 'dense', name: 'c', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'ReLUs between batch norm and a pool, and on dense layers',
    shape: signal,
    rowsOf: channelsOf,
    spec: {
      input: { kind: 'signal', channels: 3, length: 19 },
      layers: [
        { kind: 'conv1d', name: 'a', filters: 5, kernel: 3 },
        { kind: 'batchNorm', name: 'b' },
        { kind: 'activation', activation: 'relu' },
        { kind: 'maxPool1d', size: 2 },
        { kind: 'conv1d', name: 'c', filters: 3, kernel: 2 },
        { kind: 'activation', activation: 'relu' },
        { kind: 'flatten' },
        { kind: 'dense', name: 'd', units: 9 },
        { kind: 'activation', activation: 'relu' },
        { kind: 'dense', name: 'e', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'the last valid steps of per-step layers alone, sigmoids behind them',
    shape: variable,
    rowsOf: raggedRows,
    spec: {
      input: { kind: 'sequence', steps: null, features: 5 },
      layers: [
        { kind: 'perStepDense', name: 'a', units: 6 },
        { kind: 'activation', activation: 'relu' },
        { kind: 'lastState' },
        { kind: 'dense', name: 'b', units: 5 },
        { kind: 'activation', activation: 'sigmoid' },
        { kind: 'dense', name: 'c', units: 2 },
      ],
      classes: 2,
    },
  },
];

/** A batch of seeded noise of the shape; sequences have lengths from 1 to the longest. */
export function noiseBatch(shape: DataShape, rows: number, seed: number): Split {
  const random = createRandom(seed, 'noise');
  const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const y = Int32Array.from({ length: rows }, () => random.integer(shape.classes));
  if (shape.kind === 'signal' || shape.variable === false) {
    const width =
      shape.kind === 'signal' ? shape.channels * shape.length : shape.maxSteps * shape.features;
    return { kind: 'dense', rows, width, x: noise(rows * width), y };
  }
  const offsets = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = (offsets[row] ?? 0) + 1 + random.integer(shape.maxSteps);
  }
  const { features } = shape;
  return { kind: 'ragged', rows, features, offsets, x: noise((offsets[rows] ?? 0) * features), y };
}

/** Weights of seeded noise, larger than those of a fresh network, so that nothing is near 0. */
export function noiseWeights(spec: NetworkSpec, seed: number): NamedTensors {
  const random = createRandom(seed, 'weights');
  return new Map(
    planParameters(spec).slots.map((slot) => [
      slot.name,
      Float32Array.from({ length: valuesInSlot(slot) }, () => {
        const value = 0.5 * random.normal();
        return slot.name.endsWith('running_var') ? 0.5 + Math.abs(value) : value;
      }),
    ]),
  );
}
