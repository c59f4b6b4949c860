import { buildNetwork, type DataShape, type NetworkSpec } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import type { Split } from '../data/training-data.ts';
import { planParameters } from '../network/parameter-slots.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { contractNetworks, noiseBatch, noiseWeights } from '../testing/contract-networks.ts';
import { referenceLogits } from '../testing/reference-network.ts';
import { relativeError } from '../testing/relative-error.ts';
import { createPredictor } from './create-predictor.ts';

describe.each(contractNetworks)('a predictor: $name', ({ spec, shape, rowsOf }) => {
  const weights = noiseWeights(spec, 3);
  const file = writeSafetensors(
    planParameters(spec).slots.map(({ name, shape: dimensions }) => ({
      name,
      shape: dimensions,
      values: weights.get(name) ?? new Float32Array(),
    })),
  );
  const predictor = createPredictor({ network: spec, weights: file, shape });

  it('gives every row its logits, probabilities and class, in the order of the rows', () => {
    const batch = noiseBatch(shape, 150, 9);
    const { logits, probabilities, classes } = predictor.predict(batch);
    for (let row = 0; row < batch.rows; row++) {
      const expected = referenceLogits(spec, weights, rowsOf(batch, row));
      const at = row * spec.classes;
      const end = at + spec.classes;
      expect(relativeError(logits.subarray(at, end), expected)).toBeLessThan(1e-4);
      const sum = expected.reduce((all, logit) => all + Math.exp(logit), 0);
      const shares = expected.map((logit) => Math.exp(logit) / sum);
      expect(relativeError(probabilities.subarray(at, end), shares)).toBeLessThan(1e-4);
      expect(classes[row]).toBe(expected.indexOf(Math.max(...expected)));
    }
  });

  it('gives a row the same bits alone and among others', () => {
    const batch = noiseBatch(shape, 70, 4);
    const among = predictor.predict(batch).logits;
    for (const row of [0, 5, 69]) {
      expect(predictor.predict(rowAlone(batch, row)).logits).toEqual(
        among.slice(row * spec.classes, (row + 1) * spec.classes),
      );
    }
  });
});

function rowAlone(batch: Split, row: number): Split {
  const y = batch.y.slice(row, row + 1);
  if (batch.kind === 'dense') {
    const { width } = batch;
    return { ...batch, rows: 1, x: batch.x.slice(row * width, (row + 1) * width), y };
  }
  const [start = 0, end = 0] = batch.offsets.subarray(row, row + 2);
  const x = batch.x?.slice(start * batch.features, end * batch.features) ?? new Float32Array();
  const offsets = Uint32Array.of(0, end - start);
  return { kind: 'ragged', rows: 1, features: batch.features, offsets, x, y };
}

describe('createPredictor', () => {
  const shape: DataShape = { kind: 'signal', channels: 1, length: 12, classes: 2 };
  const network = buildNetwork({ family: 'mlp' }, shape);
  const slots = planParameters(network).slots;
  const fileOf = (dropped?: string) =>
    writeSafetensors(
      slots
        .filter(({ name }) => name !== dropped)
        .map(({ name, shape: dimensions }) => ({
          name,
          shape: dimensions,
          values: new Float32Array(dimensions.reduce((product, size) => product * size, 1)),
        })),
    );

  it('refuses weights of another network', () => {
    const weights = fileOf('output.bias');
    expect(() => createPredictor({ network, weights, shape })).toThrow(/output\.bias/);
  });

  it('refuses rows of another width', () => {
    const predictor = createPredictor({ network, weights: fileOf(), shape });
    const rows = { kind: 'dense', rows: 1, width: 11, x: new Float32Array(11) } as const;
    expect(() => predictor.predict(rows)).toThrow(/rows of 12 values/);
  });
});

describe('LSTM and batch norm', () => {
  it('have PyTorch’s logits for weights by its names', () => {
    const shape: DataShape = {
      kind: 'sequence',
      features: 3,
      maxSteps: 4,
      classes: 2,
      variable: false,
    };
    const network: NetworkSpec = {
      input: { kind: 'sequence', steps: 4, features: 3 },
      layers: [
        { kind: 'lstm', name: 'lstm', hidden: 5, bidirectional: true, returnSequence: false },
        { kind: 'batchNorm', name: 'norm' },
        { kind: 'dense', name: 'fc', units: 2 },
      ],
      classes: 2,
    };
    const weights = writeSafetensors(
      planParameters(network).slots.map(({ name, shape: dimensions }, slot) => {
        const count = dimensions.reduce((product, size) => product * size, 1);
        const values = Float32Array.from({ length: count }, (_, i) => Math.sin(0.7 * i + slot));
        const isVariance = name.endsWith('var');
        const positive = values.map((value) => (isVariance ? Math.abs(value) + 0.5 : value));
        return { name, shape: dimensions, values: positive };
      }),
    );
    const x = Float32Array.from({ length: 24 }, (_, index) => Math.cos(0.3 * index));
    const predictor = createPredictor({ network, weights, shape });
    const { logits } = predictor.predict({ kind: 'dense', rows: 2, width: 12, x });
    // torch.nn.LSTM, BatchNorm1d in eval, Linear; PyTorch 2.15 in float64.
    const expected = [-4.13979345, -2.51009714, -4.1887161, -2.83913126];
    expect(relativeError(logits, expected)).toBeLessThan(1e-5);
  });
});
