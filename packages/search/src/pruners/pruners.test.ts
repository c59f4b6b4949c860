import { describe, expect, it } from 'vitest';
import { createPruner } from '../index.ts';
import { curveOf, describePrunerContract, rivals } from '../testing.ts';

const spec = { kind: 'median', minimumTrials: 5, warmupEpochs: 3, everyEpochs: 2 } as const;
const median = createPruner(spec);

describePrunerContract('none', createPruner({ kind: 'none' }));
describePrunerContract('median', median);

describe('the median pruner', () => {
  it('judges first after the warm-up, then every so many epochs', () => {
    expect(median.rungs).toEqual({ first: 3, every: 2 });
    expect(createPruner({ kind: 'none' }).rungs).toBeNull();
  });

  it('stops below the median, and says the numbers', () => {
    const others = [0.3, 0.5, 0.6, 0.7, 0.9].map((accuracy, index) => ({
      number: index + 2,
      reports: curveOf([0.1, 0.2, accuracy]),
    }));
    const verdict = median.judge({
      number: 1,
      rung: 3,
      reports: curveOf([0.1, 0.55, 0.4]),
      others,
    });
    expect(verdict).toEqual({
      kind: 'stop',
      rung: 3,
      reason:
        'best validation accuracy 55.0 % by epoch 3 is below the median 60.0 % of 5 other trials there',
    });
  });

  it('continues at the median itself', () => {
    const verdict = median.judge({
      number: 1,
      rung: 3,
      reports: curveOf([0, 0, 0.5]),
      others: rivals(6, 0.5),
    });
    expect(verdict.kind).toBe('continue');
  });

  it('compares bests so far, and only up to the rung', () => {
    const others = rivals(5, 0).map((other) => ({
      ...other,
      reports: curveOf([0.8, 0.1, 0.1, 1]),
    }));
    const judge = (best: number) =>
      median.judge({ number: 1, rung: 3, reports: curveOf([0.1, best, 0.1]), others }).kind;
    expect(judge(0.79)).toBe('stop');
    expect(judge(0.81)).toBe('continue');
  });

  it('does not count trials that never reached the epoch, nor the trial itself', () => {
    const self = { number: 1, reports: curveOf([1, 1, 1]) };
    const others = [...rivals(4, 0.9), ...rivals(10, 0.9, 2), self];
    const verdict = median.judge({ number: 1, rung: 3, reports: curveOf([0, 0, 0]), others });
    expect(verdict.kind).toBe('continue');
    expect(verdict.reason).toContain('only 4 other trials');
  });

  it('refuses to judge a trial without a report at the rung', () => {
    expect(() =>
      median.judge({ number: 1, rung: 3, reports: curveOf([0.1]), others: rivals(5, 0.9) }),
    ).toThrow(RangeError);
  });
});
