import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';
import type { EpochReport } from './epoch-report.ts';

/** Curves from [train, validation] accuracies. */
function curves(pairs: [number, number][]): EpochReport[] {
  return pairs.map(([trainAccuracy, validationAccuracy], index) => ({
    epoch: index + 1,
    trainLoss: 1,
    trainAccuracy,
    validationLoss: 1,
    validationAccuracy,
    learningRate: 0.001,
    seconds: 0.1,
  }));
}

const flat = (train: number, validation: number, epochs = 10): [number, number][] =>
  Array.from({ length: epochs }, (_, index) =>
    index === 0 ? [train, validation + 1e-6] : [train, validation],
  );

describe('diagnose', () => {
  it.each([
    ['high-bias', flat(0.25, 0.24), 5],
    ['high-variance', flat(0.95, 0.7), 5],
    ['healthy', flat(0.9, 0.87), 5],
    ['high-variance', [...flat(0.8, 0.75, 3), [0.9, 0.74], [0.97, 0.72], [0.99, 0.7]], 5],
    ['still-improving', Array.from({ length: 10 }, (_, i) => [0.3 + i * 0.05, 0.3 + i * 0.045]), 5],
  ] as [string, [number, number][], number][])('says %s', (kind, pairs, classes) => {
    expect(diagnose(curves(pairs), { classes, hasDiverged: false }).kind).toBe(kind);
  });

  it('says diverged whatever the curves were, and unknown without any', () => {
    expect(diagnose(curves(flat(0.9, 0.87)), { classes: 5, hasDiverged: true }).kind).toBe(
      'diverged',
    );
    expect(diagnose([], { classes: 5, hasDiverged: false }).kind).toBe('unknown');
  });

  it('judges bias against chance: 60 % is good of five classes, poor of two', () => {
    expect(diagnose(curves(flat(0.72, 0.7)), { classes: 5, hasDiverged: false }).kind).toBe(
      'healthy',
    );
    expect(diagnose(curves(flat(0.62, 0.6)), { classes: 2, hasDiverged: false }).kind).toBe(
      'high-bias',
    );
  });

  it('puts its numbers into the reason', () => {
    expect(diagnose(curves(flat(0.95, 0.7)), { classes: 5, hasDiverged: false }).reason).toContain(
      '25.0 points',
    );
  });
});
