import { newId } from '@starling/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../connect.ts';
import { fillSweep } from '../testing/fill-sweep.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { listLeaderboard } from './leaderboard.ts';
import { lockPacksThatAreThrough } from './packs.ts';
import { listReportsOfTrials } from './progress.ts';
import { lockHeldTrials } from './trials.ts';

// What a fast sweep does to its tables: thousands of rows since they were last analysed. The
// planner knows nothing of them, and what reads a few rows must read a few all the same.
const trials = 6000;
const sweepId = newId('sweep');
const some = Array.from({ length: 40 }, (_, index) => index + 1);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { prisma } = database;
  await fillSweep(prisma, sweepId, trials);
});
afterAll(() => database.drop());

/** Rows that were read of all tables. */
async function readBy(work: (tx: Database) => Promise<unknown>): Promise<number> {
  return database.prisma.$transaction(async (tx) => {
    const read = async () => {
      const [row] = await tx.$queryRaw<{ rows: number }[]>`
        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows
        from pg_stat_xact_user_tables where relname in ('trials', 'packs', 'epochs')`;
      return row?.rows ?? 0;
    };
    const before = await read();
    await work(tx);
    return (await read()) - before;
  });
}

it('reads of curves, holders and packs the rows that are asked for', async () => {
  const ids = some.map((n) => `t${n}`);
  expect(await readBy((tx) => listReportsOfTrials(tx, ids))).toBeLessThan(1000);
  expect(await readBy((tx) => lockHeldTrials(tx, ids))).toBeLessThan(1000);
  const packIds = some.map((n) => `p${n}`);
  expect(
    await readBy(async (tx) => {
      expect(await lockPacksThatAreThrough(tx, packIds)).toHaveLength(packIds.length);
    }),
  ).toBeLessThan(1000);
});

it('reads of a board no further than its page, and says the same of its front', async () => {
  const query = { scope: { sweepId }, accuracyFloor: 0.5, limit: 50, offset: 0 };
  const front = await listLeaderboard(database.prisma, { ...query, order: 'pareto' });
  const onFront = front.rows.filter((row) => row.isOnParetoFront).map((row) => row.id);
  expect(onFront.length).toBeGreaterThan(3);
  for (const order of ['accuracy', 'gap'] as const) {
    const rows = await readBy(async (tx) => {
      const { rows: page } = await listLeaderboard(tx, { ...query, order });
      expect(page).toHaveLength(50);
      for (const row of page) expect(row.isOnParetoFront).toBe(onFront.includes(row.id));
    });
    expect(rows).toBeLessThan(1000);
  }
});
