import type { EpochReport, ScheduleKind } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { learningRateAt, type Schedule } from './learning-rate.ts';

const base: Schedule = {
  kind: 'constant',
  learningRate: 0.1,
  warmupSteps: 0,
  stepsPerEpoch: 3,
  totalSteps: 12,
  decayEpochs: 2,
  decayFactor: 0.5,
};

/** What PyTorch 2.15's schedulers of these names give for SGD with lr 0.1, 12 steps. */
const golden: readonly [ScheduleKind, Partial<Schedule>, number[]][] = [
  ['constant', {}, new Array<number>(12).fill(0.1)],
  ['step', {}, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]],
  [
    'cosine',
    {},
    [
      0.1, 0.0982962913, 0.0933012702, 0.0853553391, 0.075, 0.0629409523, 0.05, 0.0370590477, 0.025,
      0.0146446609, 0.00669872981, 0.00170370869,
    ],
  ],
  [
    // SequentialLR of LinearLR(1/3, 1, 2) and CosineAnnealingLR(9) at 3.
    'cosine',
    { warmupSteps: 3 },
    [
      0.0333333333, 0.0666666667, 0.1, 0.1, 0.096984631, 0.0883022222, 0.075, 0.0586824089,
      0.0413175911, 0.025, 0.0116977778, 0.00301536896,
    ],
  ],
  [
    'oneCycle',
    {},
    [
      0.004, 0.0349789654, 0.0879285159, 0.0994415435, 0.093301297, 0.0811745654, 0.0647378998,
      0.0462637103, 0.0283060998, 0.013347753, 0.00345669874, 4e-7,
    ],
  ],
];

describe('learningRateAt', () => {
  it.each(golden)('goes as PyTorch’s: %s %o', (kind, options, expected) => {
    const schedule = { ...base, kind, ...options };
    expected.forEach((rate, step) => {
      expect(learningRateAt(schedule, step, [])).toBeCloseTo(rate, 9);
    });
  });

  it('drops on plateaus of the validation loss as ReduceLROnPlateau(patience=1) does', () => {
    const losses = [1, 0.9, 0.95, 0.91, 0.8, 0.8, 0.79999, 0.7];
    const expected = [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025];
    const schedule: Schedule = { ...base, kind: 'plateau', decayEpochs: 1 };
    const history = losses.map((validationLoss) => ({ validationLoss }) as EpochReport);
    expected.forEach((rate, epoch) => {
      expect(learningRateAt(schedule, 3 * epoch, history.slice(0, epoch))).toBeCloseTo(rate, 12);
    });
  });

  it('gives a number for trainings of a step, and for warm-ups longer than the training', () => {
    for (const kind of ['constant', 'step', 'cosine', 'oneCycle', 'plateau'] as const) {
      for (const warmupSteps of [0, 1, 50]) {
        const schedule = { ...base, kind, totalSteps: 1, stepsPerEpoch: 1, warmupSteps };
        const rate = learningRateAt(schedule, 0, []);
        expect(rate, kind).toBeGreaterThanOrEqual(0);
        expect(rate, kind).toBeLessThanOrEqual(0.1);
      }
    }
  });
});
