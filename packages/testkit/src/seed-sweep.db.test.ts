import { createTestDatabase } from '@starling/db/testing';
import { trialStatuses } from '@starling/domain';
import { expect, it } from 'vitest';
import { seedSweep, seedTrial } from './seed-sweep.ts';

it('stores sweeps with a trial of every status', async () => {
  await using database = await createTestDatabase();
  const { prisma } = database;
  const sweepId = await seedSweep(prisma, 1, { budgetTrials: trialStatuses.length });
  for (const [index, status] of trialStatuses.entries()) {
    await seedTrial(prisma, sweepId, index + 1, { status });
  }
  await seedSweep(prisma, 2);
  const trials = await prisma.trial.findMany({ orderBy: { number: 'asc' } });
  expect(trials.map(({ status }) => status)).toEqual(trialStatuses);
  expect(await prisma.dataset.count()).toBe(1);
});
