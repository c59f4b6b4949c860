import { newId } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

// What the database itself refuses, whoever asks: the last fence behind the stores.
const now = new Date('2026-01-01T12:00:00.000Z');
const sha256 = 'a'.repeat(64);
const sweepId = newId('sweep');
const workerId = newId('worker');

let database: TestDatabase;
let number = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const { prisma } = database;
  const datasetId = newId('dataset');
  await prisma.artifact.create({ data: { sha256, bytes: 1n, mediaType: 'a/b', createdAt: now } });
  await prisma.dataset.create({
    data: {
      ...{ id: datasetId, name: 'd', sha256, bytes: 1n, shape: {}, splits: {}, source: 'upload' },
      ...{ isSynthetic: true, description: '', createdAt: now },
    },
  });
  await prisma.sweep.create({
    data: {
      ...{ id: sweepId, name: 's', status: 'running', requestId: 'request', datasetId, spec: {} },
      ...{ seed: 1n, budgetTrials: 3, budgetEpochs: 5, createdAt: now },
    },
  });
  await prisma.worker.create({
    data: {
      ...{ id: workerId, name: 'w', status: 'connected', engine: 'kernels', engineBuild: 'simd' },
      ...{ machine: {}, slots: 1, connectedAt: now, lastHeartbeatAt: now },
    },
  });
});
afterAll(() => database.drop());

async function makeTrial(data: Record<string, unknown> = {}): Promise<string> {
  const id = newId('trial');
  number++;
  await database.prisma.trial.create({
    data: {
      ...{ id, sweepId, number, family: 'mlp', status: 'waiting', configuration: {}, network: {} },
      ...{ seed: 1n, epochsPlanned: 5, suggestion: '', createdAt: now },
      ...data,
    },
  });
  return id;
}

describe('the database refuses', () => {
  it('a change of a finished trial', async () => {
    const id = await makeTrial({ status: 'completed', finishedAt: now });
    const where = { id };
    const change = database.prisma.trial.update({ where, data: { validationAccuracy: 1 } });
    await expect(change).rejects.toThrow(/never changes again/);
    await database.prisma.trial.update({ where, data: { validationAccuracy: null } });
  });

  it('a second live attempt of a trial', async () => {
    const trialId = await makeTrial();
    const { attempt } = database.prisma;
    await attempt.create({ data: { trialId, attempt: 1, startedAt: now } });
    const second = { trialId, attempt: 2, startedAt: now };
    await expect(attempt.create({ data: second })).rejects.toThrow(/Unique constraint/);
    await attempt.updateMany({ where: { trialId }, data: { endedAt: now, ending: 'finished' } });
    await attempt.create({ data: second });
  });

  it('a running trial without a live attempt, and a live attempt that is not the newest', async () => {
    await expect(makeTrial({ status: 'running' })).rejects.toThrow(/trials_live_attempt/);
    const stale = { status: 'running', attempts: 2, liveAttempt: 1 };
    await expect(makeTrial(stale)).rejects.toThrow(/trials_live_attempt/);
    await makeTrial({ status: 'running', attempts: 2, liveAttempt: 2 });
  });

  it('a second leased pack in one slot', async () => {
    const lease = () => ({
      ...{ id: newId('pack'), sweepId, trialIds: ['t'], status: 'leased', workerId, slot: 1 },
      ...{ leaseExpiresAt: now, createdAt: now },
    });
    await database.prisma.pack.create({ data: lease() });
    await expect(database.prisma.pack.create({ data: lease() })).rejects.toThrow(
      /Unique constraint/,
    );
  });

  it('a trial beyond the budget', async () => {
    const { sweep } = database.prisma;
    const where = { id: sweepId };
    await sweep.update({ where, data: { trialsCreated: 3 } });
    await expect(
      sweep.update({ where, data: { trialsCreated: { increment: 1 } } }),
    ).rejects.toThrow(/sweeps_budget_is_exact/);
  });

  it('an epoch twice, changed, or with a loss that is not finite', async () => {
    const trialId = await makeTrial();
    const { epoch } = database.prisma;
    const report = (change: Record<string, unknown> = {}) => ({
      data: {
        ...{ trialId, epoch: 1, attempt: 1, trainLoss: 1, trainAccuracy: 0.5 },
        ...{ validationLoss: null, validationAccuracy: 0.5, learningRate: 0.1, seconds: 1 },
        ...change,
      },
    });
    await epoch.create(report());
    await expect(epoch.create(report())).rejects.toThrow(/Unique constraint/);
    const change = epoch.updateMany({ where: { trialId }, data: { seconds: 2 } });
    await expect(change).rejects.toThrow(/append-only/);
    const infinite = database.prisma.$executeRaw`
      insert into epochs select trial_id, 2, 1, 'NaN', 0.5, null, 0.5, 0.1, 1 from epochs`;
    await expect(infinite).rejects.toThrow(/epochs_numbers/);
    await expect(epoch.create(report({ epoch: 2, trainAccuracy: 1.5 }))).rejects.toThrow(
      /epochs_numbers/,
    );
  });

  it('a checkpoint whose artifact is not stored', async () => {
    const trialId = await makeTrial();
    const checkpoint = { trialId, epoch: 1, attempt: 1, bytes: 1n, createdAt: now };
    const { checkpoint: table } = database.prisma;
    await expect(table.create({ data: { ...checkpoint, sha256: 'b'.repeat(64) } })).rejects.toThrow(
      /Foreign key/,
    );
    await table.create({ data: { ...checkpoint, sha256 } });
  });
});
