import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildNetwork, type DataShape, resolveConfiguration } from '@starling/domain';
import { borrowKernels, returnKernels } from '@starling/kernels';
import { describe, expect, it } from 'vitest';
import { tickingClock, toyData } from '../testing/toy-data.ts';
import { trainTrial } from './train-trial.ts';
import type { TrialOptions } from './trial-options.ts';
import { openTrial } from './trial-state.ts';

const shape: DataShape = { kind: 'signal', channels: 1, length: 178, classes: 5 };
const MEGABYTE = 2 ** 20;

function optionsFor(family: string, parameters = {}, data = shape): TrialOptions {
  const configuration = resolveConfiguration({ family, ...parameters });
  return {
    configuration,
    network: buildNetwork(configuration, data),
    data: toyData(data, { train: 96, validation: 32 }),
    seed: 3,
    epochs: 2,
    clock: tickingClock(),
  };
}

async function train(family: string) {
  const run = trainTrial(optionsFor(family));
  for await (const _report of run);
  return { outcome: await run.outcome, checkpoint: run.checkpoint()?.bytes };
}

/** The instance that the next trial of this thread will have. */
function nextKernels() {
  const kernels = borrowKernels();
  returnKernels(kernels);
  return kernels;
}

describe('the memory of trials', () => {
  it('goes from trial to trial, and each has the bits that it has in fresh memory', async () => {
    const fresh = await train('cnn-baseline');
    const kernels = nextKernels();
    await train('mlp-deep');
    const again = await train('cnn-baseline');
    expect(nextKernels()).toBe(kernels);
    expect(again.outcome.best?.weights).toEqual(fresh.outcome.best?.weights);
    expect(again.checkpoint).toEqual(fresh.checkpoint);
  });

  it('is two instances where two trials run at once', async () => {
    const [one, other] = [openTrial(optionsFor('mlp')), openTrial(optionsFor('mlp'))];
    for (const trial of [one, other]) trial.shuffle(1);
    for (const trial of [one, other]) expect(trial.learnRows(1, 0)).toBe(true);
    const report = one.finishEpoch(1, () => 0);
    expect(other.finishEpoch(1, () => 0)).toEqual(report);
    one.close();
    other.close();
  });

  it('comes back from a trial that is refused', () => {
    const kernels = nextKernels();
    const bad = { ...optionsFor('mlp'), resumeFrom: new Uint8Array(3) };
    expect(() => openTrial(bad)).toThrow();
    expect(nextKernels()).toBe(kernels);
  });

  it('is under 64 MB for cnn-baseline at batch 32, checkpoint and all', async () => {
    const trial = openTrial(optionsFor('cnn-baseline'));
    trial.shuffle(1);
    trial.learnRows(1, 0);
    trial.finishEpoch(1, () => 0);
    // What the state keeps is what a checkpoint holds.
    const stateBytes = trial.checkpoint()?.bytes.byteLength ?? Number.POSITIVE_INFINITY;
    trial.close();
    const bytes = nextKernels().arena.memoryBytes + 2 * stateBytes;
    expect(bytes).toBeGreaterThan(MEGABYTE);
    expect(bytes).toBeLessThan(64 * MEGABYTE);
  });

  it.each(['adam', 'sgd', 'rmsprop'])(
    'on the heap stays the same over steps of %s',
    (optimizer) => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const tiny = { ...shape, length: 8 };
      const trial = openTrial(optionsFor('mlp', { width: 4, dropout: 0.1, optimizer }, tiny));
      trial.shuffle(1);
      const run = (steps: number): void => {
        for (let step = 0; step < steps; step++) trial.learnRows(1, 32 * (step % 3));
      };
      // The compiler keeps numbers in registers only once it knows the loop.
      run(40_000);
      const steps = 20_000;
      const growths = Array.from({ length: 3 }, () => {
        collect();
        const before = process.memoryUsage().heapUsed;
        run(steps);
        return (process.memoryUsage().heapUsed - before) / steps;
      });
      trial.close();
      // One boxed number a step would be 16 bytes.
      expect(Math.min(...growths.map(Math.abs))).toBeLessThan(2);
    },
  );
});
