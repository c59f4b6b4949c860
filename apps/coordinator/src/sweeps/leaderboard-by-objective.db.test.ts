import { findLeader, listLeaderboard } from '@starling/db';
import {
  type LeaderboardRow,
  leaderboardOrders,
  type Objective,
  rankTrials,
  standingOf,
  type TrialStatus,
  trialStatuses,
  violationsOf,
} from '@starling/domain';
import { newId } from '@starling/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHouse } from '../scheduling/testing/test-house.ts';

const few = fc.constantFrom(0, 0.25, 0.5, 1, null);
const trial = fc.record({
  status: fc.constantFrom(...trialStatuses),
  accuracy: fc.constantFrom(0.25, 0.5, 1),
  first: few,
  second: few,
  limited: few,
  parameters: fc.constantFrom(10, 20),
  isBare: fc.boolean(),
});
type Trial = typeof trial extends fc.Arbitrary<infer Value> ? Value : never;

const objectives: Objective[] = [
  { metric: 'first', direction: 'maximize' },
  { metric: 'second', direction: 'minimize' },
];
const constraints = [{ metric: 'limited', max: 0.25 }];

describe('the board of a sweep by its objectives', () => {
  let house: TestHouse;
  let datasetId: string;
  beforeAll(async () => {
    house = await TestHouse.open();
    datasetId = await house.addDataset();
  });
  afterAll(() => house[Symbol.asyncDispose]());

  /** Trials as they stand in the table, with the rows that the domain ranks. */
  async function addTrials(
    trials: readonly Trial[],
    own: readonly Objective[],
    beside: 'everywhere' | 'here and there' | 'nowhere',
  ) {
    const sweepId = await house.addSweep(datasetId, {
      budget: { trials: Math.max(1, trials.length), epochs: 5 },
    });
    // A script outside that measures no accuracy: zeros stand in its place.
    const isBare = (each: Trial | undefined) =>
      beside === 'nowhere' || (beside === 'here and there' && each?.isBare === true);
    const accuracyOf = (each: Trial) => (isBare(each) ? 0 : each.accuracy);
    const isFinal = (status: TrialStatus) => !['waiting', 'running', 'paused'].includes(status);
    await house.prisma.trial.createMany({
      data: trials.map((each, index) => {
        const values = [each.first, each.second].slice(0, own.length);
        const violations = violationsOf(own.length === 0 ? [] : constraints, {
          limited: each.limited,
        });
        return {
          id: newId('trial', house.clock),
          sweepId,
          number: index + 1,
          family: 'mlp',
          status: each.status,
          configuration: { family: 'mlp' },
          network: {},
          seed: 1n,
          epochsPlanned: 5,
          lastEpoch: 1,
          bestEpoch: 1,
          parameters: each.parameters,
          trainAccuracy: isBare(each) ? 0 : 1,
          validationAccuracy: accuracyOf(each),
          overfittingGap: isBare(each) ? 0 : 1 - each.accuracy,
          attempts: each.status === 'running' ? 1 : 0,
          liveAttempt: each.status === 'running' ? 1 : null,
          failureReason: each.status === 'failed' ? 'internal' : null,
          finishedAt: isFinal(each.status) ? house.now : null,
          suggestion: '',
          createdAt: house.now,
          objectiveValues: values,
          // Nobody stands where accuracy is searched for. Prisma has no word for infinity.
          ...(own.length > 0 && {
            standing: standingOf(own, values, violations).map((cost) => Math.min(cost, 1e300)),
          }),
        };
      }),
    });
    if (beside !== 'everywhere') {
      const bare = trials.flatMap((each, index) => (isBare(each) ? [index + 1] : []));
      await house.prisma.$executeRaw`update sweeps set is_external = true where id = ${sweepId}`;
      await house.prisma.$executeRaw`
        insert into epochs (trial_id, epoch, attempt, train_accuracy, validation_accuracy,
          learning_rate, seconds, extra)
        select id, 1, 1, 0, 0, 0, 1, '{"hasAccuracy": false}' from trials
        where sweep_id = ${sweepId} and number = any(${bare}::int[])`;
    }
    const none = { trainAccuracy: null, validationAccuracy: null, overfittingGap: null };
    const rows = await house.prisma.trial.findMany({
      where: { sweepId },
      orderBy: { number: 'asc' },
    });
    return {
      sweepId,
      rows: rows.map((row, index) => ({
        ...row,
        ...(isBare(trials[index]) ? none : {}),
        sweepName: 'test',
        epochs: row.lastEpoch,
        objectiveValues: [trials[index]?.first ?? null, trials[index]?.second ?? null].slice(
          0,
          own.length,
        ),
        violations: violationsOf(own.length === 0 ? [] : constraints, {
          limited: trials[index]?.limited,
        }),
      })) as unknown as LeaderboardRow[],
    };
  }

  const brief = (rows: { number: number; rank: number | null; isOnParetoFront: boolean }[]) =>
    rows.map(({ number, rank, isOnParetoFront }) => [number, rank, isOnParetoFront]);

  it.each([
    [1, 'everywhere'],
    [2, 'everywhere'],
    [0, 'here and there'],
    [1, 'here and there'],
    [2, 'here and there'],
    [1, 'nowhere'],
    [2, 'nowhere'],
  ] as const)(
    'agrees with rankTrials for %i objectives, with accuracies %s beside them',
    async (count, beside) => {
      const own = objectives.slice(0, count);
      const limits = count === 0 ? [] : constraints;
      await fc.assert(
        fc.asyncProperty(fc.array(trial, { maxLength: 25 }), async (trials) => {
          const { sweepId, rows } = await addTrials(trials, own, beside);
          for (const order of leaderboardOrders) {
            const options = { order, objectives: own, constraints: limits, accuracyFloor: 0.5 };
            const ranked = rankTrials(rows, options);
            const query = { scope: { sweepId }, order, accuracyFloor: 0.5 } as const;
            const board = await listLeaderboard(house.prisma, { ...query, limit: 100, offset: 0 });
            expect(brief(board.rows)).toEqual(brief(ranked));
            const page = await listLeaderboard(house.prisma, { ...query, limit: 7, offset: 3 });
            expect(brief(page.rows)).toEqual(brief(ranked.slice(3, 10)));
          }
          const leader = await findLeader(house.prisma, sweepId, { isScored: count > 0 });
          const goals = { objectives: own, constraints: limits };
          const [first] = rankTrials(rows, { order: 'objective', ...goals });
          expect(leader?.number ?? null).toBe(first?.rank === 1 ? first.number : null);
        }),
        { numRuns: 10, seed: 7 },
      );
    },
  );

  it('puts trials without accuracies last on the board of a data set, unranked', async () => {
    await house.prisma.sweep.deleteMany({});
    const trials = fc.sample(trial, { numRuns: 40, seed: 3 });
    const { rows } = await addTrials(trials, objectives, 'here and there');
    const bare = rows.filter((row) => row.validationAccuracy === null);
    expect(bare.length).toBeGreaterThan(9);
    for (const order of ['accuracy', 'gap', 'pareto'] as const) {
      const query = { scope: { datasetId }, order, accuracyFloor: 0, limit: 100, offset: 0 };
      const board = await listLeaderboard(house.prisma, query);
      expect(brief(board.rows)).toEqual(brief(rankTrials(rows, { order })));
      const ranked = board.rows.filter(({ rank }) => rank !== null);
      expect(ranked.length).toBeGreaterThan(3);
      expect(ranked.every((row) => row.validationAccuracy !== null)).toBe(true);
    }
  });
});
