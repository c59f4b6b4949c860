import { newId } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import { fillSweep } from '../testing/fill-sweep.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { listLeaderboard } from './leaderboard.ts';
import { lockPacksThatAreThrough } from './packs.ts';
import { listReportsOfTrials } from './progress.ts';
import { lockHeldTrials } from './trials.ts';

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Node[];
}

const indexesOf = (plan: Node): string[] => [
  ...(plan['Index Name'] === undefined ? [] : [plan['Index Name']]),
  ...(plan.Plans ?? []).flatMap(indexesOf),
];

/** The plan of every statement that the work reads by, as the planner made it in that place. */
async function plansOf(
  { prisma }: TestDatabase,
  work: (tx: Database) => Promise<unknown>,
): Promise<Node[]> {
  const plans: Node[] = [];
  await prisma.$transaction(async (tx) => {
    const explain = async (first: Prisma.Sql | TemplateStringsArray, ...values: unknown[]) => {
      const statement = 'raw' in first ? Prisma.sql(first, ...values) : first;
      const [row] = await tx.$queryRaw<{ 'QUERY PLAN': { Plan: Node }[] }[]>(
        Prisma.sql`explain (format json) ${statement}`,
      );
      plans.push(...(row?.['QUERY PLAN'] ?? []).map(({ Plan }) => Plan));
      return tx.$queryRaw(statement);
    };
    const watched = new Proxy(tx, {
      // A transaction of its own would be another connection's.
      has: (target, name) => name !== '$transaction' && Reflect.has(target, name),
      get: (target, name) => (name === '$queryRaw' ? explain : Reflect.get(target, name)),
    });
    await work(watched);
  });
  return plans;
}

/** What a plan reads that grows with the sweep: whole tables, and what is sorted to keep a few. */
function costsOf(plan: Node, isBelowLimit = false): string[] {
  const { 'Node Type': type, 'Relation Name': table = '' } = plan;
  const isWhole = type === 'Seq Scan' && ['trials', 'packs', 'epochs'].includes(table);
  const isSorted = isBelowLimit && (type === 'Sort' || type === 'Bitmap Heap Scan');
  return [
    ...(isWhole || isSorted ? [`${type} ${table}`.trim()] : []),
    ...(plan.Plans ?? []).flatMap((each) => costsOf(each, isBelowLimit || type === 'Limit')),
  ];
}

const analyse = (database: TestDatabase) => database.prisma.$executeRaw`analyze`;
const sweepId = newId('sweep');

// How much the planner knows of tables that have grown: statistics of nothing, of none of the
// rows, and of rows before anything was measured, where it takes a sweep's board for empty.
describe.each([
  ['were never analysed', async () => {}, async () => {}],
  ['were analysed while they were empty', analyse, async () => {}],
  ['were analysed before anything was measured', async () => {}, analyse],
])('where tables %s', (_, whenEmpty, whenBegun) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await whenEmpty(database);
    await fillSweep(database.prisma, sweepId, 6000, () => whenBegun(database));
  });
  afterAll(() => database.drop());

  it.each(['accuracy', 'gap', 'pareto'] as const)(
    'a board by %s is read along its index',
    async (order) => {
      const query = { scope: { sweepId }, accuracyFloor: 0.5, limit: 50, offset: 0, order };
      const plans = await plansOf(database, (tx) => listLeaderboard(tx, query));
      const indexes = plans
        .flatMap(indexesOf)
        .filter((name) => name.startsWith('trials_leaderboard'));
      expect(new Set(indexes).size).toBe(order === 'pareto' ? 2 : 1);
      expect(plans.flatMap((plan) => costsOf(plan))).toEqual([]);
    },
  );

  it('curves, holders and packs are read by keys', async () => {
    const ids = Array.from({ length: 40 }, (_each, index) => index + 1);
    const plans = await plansOf(database, async (tx) => {
      expect(
        await listReportsOfTrials(
          tx,
          ids.map((n) => `t${n}`),
        ),
      ).toHaveLength(120);
      await lockHeldTrials(
        tx,
        ids.map((n) => `t${n}`),
      );
      expect(
        await lockPacksThatAreThrough(
          tx,
          ids.map((n) => `p${n}`),
        ),
      ).toHaveLength(40);
    });
    expect(plans).toHaveLength(3);
    const keys = ['trials_pkey', 'epochs_pkey', 'packs_pkey', 'trials_pack_id_idx'];
    expect([...new Set(plans.flatMap(indexesOf))].sort()).toEqual(keys.toSorted());
    expect(plans.flatMap((plan) => costsOf(plan))).toEqual([]);
  });
});
