import {
  type DataShape,
  type FeatureShape,
  layerNameOf,
  type NetworkSpec,
  philox4x32,
  shapeAfter,
  shapeOfInput,
  streamKey,
} from '@starling/domain';
import { padded } from '@starling/kernels';
import type { Split } from '../data/training-data.ts';
import type { DropoutMask } from './reference-network.ts';

/** Networks with dropout on vectors, on signals and on steps, of rates that differ. */
export const dropoutNetworks: readonly { name: string; spec: NetworkSpec; shape: DataShape }[] = [
  {
    name: 'between convolutions and between dense layers',
    shape: { kind: 'signal', channels: 2, length: 17, classes: 3 },
    spec: {
      input: { kind: 'signal', channels: 2, length: 17 },
      layers: [
        { kind: 'conv1d', name: 'a', filters: 5, kernel: 3 },
        { kind: 'activation', activation: 'tanh' },
        { kind: 'dropout', name: 'drop.0', rate: 0.3 },
        { kind: 'conv1d', name: 'b', filters: 3, kernel: 2 },
        { kind: 'flatten' },
        { kind: 'dropout', rate: 0.1 },
        { kind: 'dense', name: 'c', units: 7 },
        { kind: 'activation', activation: 'sigmoid' },
        { kind: 'dropout', rate: 0.5 },
        { kind: 'dense', name: 'd', units: 3 },
      ],
      classes: 3,
    },
  },
  {
    name: 'on the steps of sequences of different lengths, and on their last states',
    shape: { kind: 'sequence', features: 3, maxSteps: 6, classes: 2 },
    spec: {
      input: { kind: 'sequence', steps: null, features: 3 },
      layers: [
        { kind: 'perStepDense', name: 'a', units: 6 },
        { kind: 'dropout', rate: 0.4 },
        { kind: 'gru', name: 'b', hidden: 5, bidirectional: true, returnSequence: true },
        { kind: 'dropout', rate: 0.2 },
        { kind: 'lstm', name: 'c', hidden: 5, bidirectional: false, returnSequence: false },
        { kind: 'dropout', rate: 0.3 },
        { kind: 'dense', name: 'd', units: 2 },
      ],
      classes: 2,
    },
  },
];

/** The place of an observation's row among all that a layer takes: by step in a sequence. */
function rowOf(
  shape: FeatureShape,
  lengths: readonly number[],
  observation: number,
  row: number,
): number {
  // Longest first; where lengths are equal or there are none, in their order.
  const own = lengths[observation] ?? 0;
  const rank = lengths.filter(
    (each, at) => each > own || (each === own && at < observation),
  ).length;
  if (shape.kind === 'vector') return rank;
  if (shape.kind === 'signal') return rank * shape.channels + row;
  let before = 0;
  for (let step = 0; step < row; step++) before += lengths.filter((each) => each > step).length;
  return before + rank;
}

function sizeOf(shape: FeatureShape): number {
  if (shape.kind === 'vector') return shape.size;
  return shape.kind === 'signal' ? shape.length : shape.features;
}

/**
 * The masks of a trial's first step, drawn by the domain's Philox: word by word of the stream
 * (seed, `dropout`, layer) at the counters (place, step 0, epoch 1); a value is kept where its word
 * is not below rate · 2³², and divided by 1 − rate.
 */
export function firstMasks(spec: NetworkSpec, batch: Split, seed: number): DropoutMask {
  const lengths = Array.from({ length: batch.rows }, (_, row) =>
    batch.kind === 'ragged' ? (batch.offsets[row + 1] ?? 0) - (batch.offsets[row] ?? 0) : 0,
  );
  const layers = new Map<string, { shape: FeatureShape; rate: number }>();
  let shape = shapeOfInput(spec.input);
  spec.layers.forEach((layer, index) => {
    const { kind } = layer;
    if (kind === 'dropout') layers.set(layerNameOf(layer, index), { shape, rate: layer.rate });
    shape = shapeAfter(layer, shape, 'layers');
  });
  return (name, observation, row, value) => {
    const layer = layers.get(name);
    if (layer === undefined) throw new TypeError(`no dropout ${name}`);
    const at = rowOf(layer.shape, lengths, observation, row) * padded(sizeOf(layer.shape)) + value;
    const words = philox4x32([at >> 2, 0, 1, 0], streamKey(seed, 'dropout', name));
    const isKept = (words[at & 3] as number) >= Math.floor(layer.rate * 2 ** 32);
    return isKept ? 1 / (1 - layer.rate) : 0;
  };
}
