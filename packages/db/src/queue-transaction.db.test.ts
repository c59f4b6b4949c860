import { fromPrisma, PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

// The scheduler rests on this: a job and the rows that it speaks of are there together or not
// at all, over Prisma's own transactions.
let database: TestDatabase;
let boss: PgBoss;

beforeAll(async () => {
  database = await createTestDatabase();
  boss = new PgBoss({ connectionString: database.url, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('packs');
});

afterAll(async () => {
  await boss.stop({ graceful: false });
  await database.drop();
});

async function insertAndSend(sha256: string, hasTrouble: boolean): Promise<void> {
  await database.prisma.$transaction(async (transaction) => {
    await transaction.artifact.create({
      data: { sha256, bytes: 1n, mediaType: 'text/plain', createdAt: new Date(0) },
    });
    const id = await boss.send('packs', { sha256 }, { db: fromPrisma(transaction) });
    expect(id).toEqual(expect.any(String));
    if (hasTrouble) throw new Error('trouble');
  });
}

it('rolls a row and its job back together', async () => {
  await expect(insertAndSend('a'.repeat(64), true)).rejects.toThrow('trouble');
  expect(await database.prisma.artifact.count()).toBe(0);
  expect(await boss.fetch('packs')).toEqual([]);
});

it('commits a row and its job together', async () => {
  await insertAndSend('b'.repeat(64), false);
  expect(await database.prisma.artifact.count()).toBe(1);
  expect(await boss.fetch('packs')).toMatchObject([{ data: { sha256: 'b'.repeat(64) } }]);
});
