import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHouse } from './testing/test-house.ts';

describe('budgets are exact', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await TestHouse.open({ poolSize: 20 });
  });
  afterAll(() => house[Symbol.asyncDispose]());

  it('16 concurrent askers get exactly the trials of the budget', async () => {
    const datasetId = await house.addDataset();
    const sweepId = await house.addSweep(datasetId, { budget: { trials: 40, epochs: 2 } });
    const workerId = await house.addWorker(16);
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        for (;;) {
          const assignment = await house.scheduler.nextPack({ workerId, slot: index + 1 });
          if (assignment === null) return;
          await house.train(workerId, assignment);
        }
      }),
    );
    const trials = await house.prisma.trial.findMany({ orderBy: { number: 'asc' } });
    expect(trials.map((trial) => trial.number)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    expect(trials.every((trial) => trial.status === 'completed')).toBe(true);
    const sweep = await house.prisma.sweep.findUniqueOrThrow({ where: { id: sweepId } });
    expect(sweep).toMatchObject({ status: 'completed', reason: null, trialsCreated: 40 });
    const events = await house.prisma.sweepEvent.findMany({ orderBy: { sequence: 'asc' } });
    expect(events.map((event) => event.sequence)).toEqual(
      Array.from({ length: sweep.liveSequence }, (_, index) => index + 1),
    );
  });
});
