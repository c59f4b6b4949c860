import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LeaderboardRow, rankTrials } from './leaderboard.ts';

function row(number: number, values: Partial<LeaderboardRow> = {}): LeaderboardRow {
  return {
    id: `trl_${number}`,
    sweepId: 'swp_1',
    sweepName: 'sweep',
    number,
    family: 'mlp',
    status: 'completed',
    configuration: { family: 'mlp' },
    bestEpoch: 3,
    trainAccuracy: 0.9,
    validationAccuracy: 0.8,
    overfittingGap: 0.1,
    parameters: 100,
    flops: 200,
    epochs: 5,
    seconds: 1,
    diagnosis: null,
    attempts: 1,
    ...values,
  };
}

const numbers = (rows: readonly { number: number }[]) => rows.map(({ number }) => number);

describe('rankTrials', () => {
  it('ranks by validation accuracy, then smaller gap, then fewer parameters', () => {
    const ranked = rankTrials([
      row(1, { validationAccuracy: 0.7 }),
      row(2, { overfittingGap: 0.2 }),
      row(3, { parameters: 50 }),
      row(4),
    ]);
    expect(numbers(ranked)).toEqual([3, 4, 2, 1]);
    expect(ranked.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
  });

  it('ranks by the gap among trials at or above the floor, the rest unranked', () => {
    const ranked = rankTrials(
      [
        row(1, { validationAccuracy: 0.5, overfittingGap: 0 }),
        row(2, { validationAccuracy: 0.75, overfittingGap: 0.02 }),
        row(3, { validationAccuracy: 0.9, overfittingGap: 0.08 }),
      ],
      { order: 'gap', accuracyFloor: 0.7 },
    );
    expect(ranked.map(({ number, rank }) => [number, rank])).toEqual([
      [2, 1],
      [3, 2],
      [1, null],
    ]);
  });

  it('leaves failed, diverged, cancelled and unmeasured trials unranked at the end', () => {
    const ranked = rankTrials([
      row(1, { status: 'failed' }),
      row(2, { status: 'waiting', validationAccuracy: null }),
      row(3, { status: 'stopped', validationAccuracy: 0.1 }),
      row(4, { status: 'diverged' }),
    ]);
    expect(ranked.map(({ number, rank }) => [number, rank])).toEqual([
      [3, 1],
      [1, null],
      [2, null],
      [4, null],
    ]);
  });

  it('finds the Pareto front as the quadratic definition does, for any rows', () => {
    const rows = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -3, max: 5 })), {
        maxLength: 30,
      })
      .map((pairs) =>
        pairs.map(([accuracy, gap], index) =>
          row(index + 1, { validationAccuracy: accuracy / 10, overfittingGap: gap / 10 }),
        ),
      );
    fc.assert(
      fc.property(rows, (items) => {
        const dominated = (b: LeaderboardRow) =>
          items.some(
            (a) =>
              (a.validationAccuracy ?? 0) >= (b.validationAccuracy ?? 0) &&
              (a.overfittingGap ?? 0) <= (b.overfittingGap ?? 0) &&
              ((a.validationAccuracy ?? 0) > (b.validationAccuracy ?? 0) ||
                (a.overfittingGap ?? 0) < (b.overfittingGap ?? 0)),
          );
        const ranked = rankTrials(items, { order: 'pareto' });
        const front = new Set(numbers(ranked.filter((item) => item.isOnParetoFront)));
        expect(front).toEqual(new Set(numbers(items.filter((item) => !dominated(item)))));
        const flags = ranked.map((item) => item.isOnParetoFront);
        expect(flags).toEqual([...flags].sort((a, b) => Number(b) - Number(a)));
      }),
    );
  });

  it('does not depend on the order in which rows arrive', () => {
    const rows = [
      row(1),
      row(2, { validationAccuracy: 0.9 }),
      row(3),
      row(4, { status: 'failed' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(rankTrials(shuffled)).toEqual(rankTrials(rows));
      }),
    );
  });
});

describe('trials without accuracies', () => {
  it('stand by what they measured of the objective, and on no front of accuracy and gap', () => {
    const bare = { trainAccuracy: null, validationAccuracy: null, overfittingGap: null };
    const cost = { metric: 'cost', direction: 'minimize' } as const;
    const rows = [
      row(1, { ...bare, objectiveValues: [3] }),
      row(2, { ...bare, objectiveValues: [1] }),
      row(3, { ...bare, objectiveValues: [null] }),
    ];
    const ranked = rankTrials(rows, { order: 'objective', objectives: [cost] });
    expect(ranked.map(({ number, rank }) => [number, rank])).toEqual([
      [2, 1],
      [1, 2],
      [3, null],
    ]);
    expect(ranked.some(({ isOnParetoFront }) => isOnParetoFront)).toBe(false);
  });

  it.each(['accuracy', 'gap', 'pareto'] as const)('come last by %s, unranked', (order) => {
    const bare = { trainAccuracy: null, validationAccuracy: null, overfittingGap: null };
    const rows = [row(1, { ...bare, objectiveValues: [3] }), row(2, { validationAccuracy: 0 })];
    const ranked = rankTrials(rows, { order });
    expect(ranked.map(({ number, rank }) => [number, rank])).toEqual([
      [2, 1],
      [1, null],
    ]);
  });
});
