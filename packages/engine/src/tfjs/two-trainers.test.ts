import '@tensorflow/tfjs-backend-cpu';
import { optimizerKinds } from '@starling/domain';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noiseBatch, noiseWeights } from '../testing/contract-networks.ts';
import { kernelsStepTrainer } from '../testing/kernels-step-trainer.ts';
import { randomNetwork } from '../testing/random-network.ts';
import { relativeError } from '../testing/relative-error.ts';
import type { StepOptions } from '../testing/step-trainer.ts';
import { tfjsStepTrainer } from '../testing/tfjs-step-trainer.ts';

await tf.setBackend('cpu');
await tf.ready();
const kernels = kernelsStepTrainer('plain');
const tfjs = tfjsStepTrainer('cpu', tf);

/** Two implementations that share no arithmetic, over three steps of networks nobody chose. */
it('the two trainers agree on random networks, optimizers and objectives', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 1_000_000 }),
      fc.constantFrom(...optimizerKinds),
      fc.integer({ min: 2, max: 9 }),
      fc.constantFrom(0, 0.1),
      (seed, kind, rows, labelSmoothing) => {
        const { spec, shape } = randomNetwork(seed);
        const options: StepOptions = {
          spec,
          shape,
          batch: noiseBatch(shape, rows, seed),
          weights: noiseWeights(spec, seed),
          settings: { kind, learningRate: 1e-3, weightDecay: 0.01, momentum: 0.9 },
          objective: {
            labelSmoothing,
            classWeights: Array.from({ length: spec.classes }, (_, index) => 1 + (index % 2)),
          },
        };
        const ours = kernels.open(options);
        const theirs = tfjs.open(options);
        const [a, b] = [ours.inspect(), theirs.inspect()];
        expect(relativeError(a.logits, b.logits)).toBeLessThan(1e-4);
        expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-4 * (1 + Math.abs(b.loss)));
        const values = [...a.gradients.values()].flatMap((gradient) => [...gradient]);
        const largest = Math.max(...values.map(Math.abs));
        for (const [tensor, gradient] of a.gradients) {
          const other = b.gradients.get(tensor) ?? [];
          gradient.forEach((value, index) => {
            const difference = Math.abs(value - (other[index] ?? Number.NaN));
            expect(difference, tensor).toBeLessThan(1e-3 * largest);
          });
        }
        for (let step = 0; step < 3; step++) {
          const [x, y] = [ours.step(), theirs.step()];
          expect(Math.abs(x - y)).toBeLessThan(2e-3 * (1 + Math.abs(y)));
        }
      },
    ),
    { numRuns: 30 },
  );
});
