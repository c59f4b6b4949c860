import { describe, expect, it } from 'vitest';
import type { Split } from '../data/training-data.ts';
import { contractNetworks, noiseBatch, noiseWeights } from './contract-networks.ts';
import { kernelsStepTrainer } from './kernels-step-trainer.ts';
import { describeTrainer } from './trainer-contract.ts';

for (const build of ['relaxed', 'plain'] as const) describeTrainer(kernelsStepTrainer(build));

const settings = { kind: 'sgd', learningRate: 0.1, weightDecay: 0, momentum: 0 } as const;

/** The batch with a value of its first observation replaced: in the middle, or of its last step. */
function spoilt(batch: Split, value: number): Split {
  const x = Float32Array.from(batch.x ?? []);
  if (batch.kind === 'dense') x[batch.width >> 1] = value;
  else x[((batch.offsets[1] ?? 1) - 1) * batch.features + (batch.features >> 1)] = value;
  return { ...batch, x } as Split;
}

// As PyTorch does with each of these networks; behind its batch norm every row is spoilt.
describe.each(['relaxed', 'plain'] as const)('a value that is no number (%s)', (build) => {
  it.each(contractNetworks)('reaches the logits of its row and the loss: $name', (network) => {
    const { spec, shape } = network;
    const batch = noiseBatch(shape, 6, 11);
    const weights = noiseWeights(spec, 12);
    const open = (each: Split) =>
      kernelsStepTrainer(build).open({ spec, shape, batch: each, settings, weights }).inspect();
    const rowsOf = (logits: Float32Array) => [
      logits.subarray(0, spec.classes),
      logits.subarray(spec.classes),
    ];
    const [, clean] = rowsOf(open(batch).logits);
    const { logits, loss, gradients } = open(spoilt(batch, Number.NaN));
    const [own, others] = rowsOf(logits);
    expect(own?.every(Number.isNaN)).toBe(true);
    expect(loss).toBeNaN();
    expect([...gradients.values()].some((gradient) => gradient.some(Number.isNaN))).toBe(true);
    if (spec.layers.some(({ kind }) => kind === 'batchNorm')) {
      expect(others?.every(Number.isNaN)).toBe(true);
      return;
    }
    expect(others).toEqual(clean);
    const endless = rowsOf(open(spoilt(batch, Number.POSITIVE_INFINITY)).logits);
    expect(endless[1]).toEqual(clean);
  });
});
