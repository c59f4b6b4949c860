import { type EpochReport, verdictSchema } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import type { CompetingTrial, Pruner } from '../index.ts';

/** A curve of validation accuracies, epochs from 1. */
export function curveOf(accuracies: readonly number[]): EpochReport[] {
  return accuracies.map((validationAccuracy, index) => ({
    epoch: index + 1,
    trainLoss: 1,
    trainAccuracy: validationAccuracy,
    validationLoss: 1,
    validationAccuracy,
    learningRate: 0.001,
    seconds: 0.1,
  }));
}

/** `count` rivals, each at the same accuracy in every one of `epochs` epochs. */
export function rivals(count: number, accuracy: number, epochs = 10): CompetingTrial[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 2,
    reports: curveOf(Array.from({ length: epochs }, () => accuracy)),
  }));
}

/** What every pruner promises. */
export function describePrunerContract(name: string, pruner: Pruner): void {
  describe(`the pruner ${name}`, () => {
    const reports = curveOf([0.2, 0.4, 0.6, 0.5, 0.7]);

    it('never stops a trial that nothing can be compared with', () => {
      const verdict = pruner.judge({ number: 1, rung: 3, reports, others: [] });
      expect(verdict.kind).toBe('continue');
    });

    it('never stops a trial that leads at every epoch', () => {
      for (let rung = 1; rung <= reports.length; rung++) {
        const others = rivals(50, 0.1);
        expect(pruner.judge({ number: 1, rung, reports, others }).kind).toBe('continue');
      }
    });

    it('judges the rung that it was asked about, with a reason in words', () => {
      const verdict = verdictSchema.parse(
        pruner.judge({ number: 1, rung: 2, reports, others: rivals(9, 0.9) }),
      );
      expect(verdict.rung).toBe(2);
      expect(verdict.reason).toMatch(/^\S.* .*\S$/);
    });

    it('gives the same verdict for the same history, in whatever order the others come', () => {
      const others = [...rivals(4, 0.9), ...rivals(3, 0.5)].map((each, index) => ({
        ...each,
        number: index + 2,
      }));
      expect(pruner.judge({ number: 1, rung: 3, reports, others })).toEqual(
        pruner.judge({ number: 1, rung: 3, reports, others: others.toReversed() }),
      );
    });
  });
}
