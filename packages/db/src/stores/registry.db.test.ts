import { createHash } from 'node:crypto';
import { datasetSummarySchema } from '@starling/domain';
import { newId } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { deleteUnusedArtifacts, findArtifact, saveArtifact } from './artifacts.ts';
import { appendAuditEvent, listAuditEvents } from './audit.ts';
import { deleteDataset, findDataset, insertDataset, listDatasets } from './datasets.ts';
import {
  findModel,
  findModelVersion,
  insertModelVersion,
  listModels,
  type NewModelVersion,
  removeModelAlias,
  setModelAlias,
} from './models.ts';

const noon = new Date('2026-01-01T12:00:00.000Z');
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function makeDataset(name: string, requestId: string | null = null) {
  const sha256 = sha(name);
  await saveArtifact(database.prisma, { sha256, bytes: 9, mediaType: 'a/b' }, noon);
  const summary = datasetSummarySchema.parse({
    ...{ id: newId('dataset'), name, sha256, bytes: 9 },
    shape: { kind: 'signal', channels: 1, length: 4, classes: 2 },
    classNames: ['no', 'yes'],
    featureNames: [],
    splits: {
      train: { rows: 8, perClass: [4, 4] },
      validation: { rows: 2, perClass: [1, 1] },
      test: null,
    },
    ...{ source: 'upload', isSynthetic: false, description: 'made up for a test' },
    createdAt: noon.toISOString(),
  });
  return insertDataset(database.prisma, summary, requestId);
}

/** A sweep with one finished trial, whose weights are stored. */
async function makeTrial(datasetId: string, weights: string): Promise<string> {
  const { prisma } = database;
  const [sweepId, trialId] = [newId('sweep'), newId('trial')];
  await saveArtifact(prisma, { sha256: sha(weights), bytes: 5, mediaType: 'a/b' }, noon);
  await prisma.sweep.create({
    data: {
      ...{ id: sweepId, name: 'first', status: 'running', requestId: newId('request') },
      ...{ datasetId, spec: {}, families: ['mlp'], seed: 1n, trialsCreated: 1 },
      ...{ budgetTrials: 1, budgetEpochs: 1, createdAt: noon },
    },
  });
  await prisma.trial.create({
    data: {
      ...{ id: trialId, sweepId, number: 1, family: 'mlp', status: 'completed' },
      ...{ configuration: {}, network: {}, seed: 7n, epochsPlanned: 1, suggestion: '' },
      ...{ createdAt: noon, finishedAt: noon, weightsSha256: sha(weights), weightsBytes: 5n },
    },
  });
  return trialId;
}

describe('artifacts', () => {
  it('are named once, and let go when old and unused', async () => {
    const { prisma } = database;
    const [used, unused] = [sha('used set'), sha('unused')];
    await makeDataset('used-set');
    await saveArtifact(prisma, { sha256: unused, bytes: 3, mediaType: 'a/b' }, noon);
    await saveArtifact(prisma, { sha256: unused, bytes: 3, mediaType: 'a/b' }, noon);
    expect(await findArtifact(prisma, unused)).toEqual({
      ...{ sha256: unused, bytes: 3, mediaType: 'a/b' },
    });
    expect(await deleteUnusedArtifacts(prisma, { before: noon, limit: 10 })).toEqual([]);
    const before = new Date(noon.getTime() + 1);
    expect(await deleteUnusedArtifacts(prisma, { before, limit: 10 })).toEqual([unused]);
    expect(await findArtifact(prisma, unused)).toBeUndefined();
    expect(await findArtifact(prisma, used)).toBeUndefined();
    expect(await findArtifact(prisma, sha('used-set'))).toBeDefined();
  });
});

describe('datasets', () => {
  it('are found by name and id, and made once a request', async () => {
    const { prisma } = database;
    const made = await makeDataset('digits-like', 'request-1');
    expect(await makeDataset('digits-like', 'request-1')).toEqual(made);
    expect(await findDataset(prisma, 'digits-like')).toEqual(made);
    expect(await findDataset(prisma, made.id)).toEqual(made);
    expect(await findDataset(prisma, 'none')).toBeUndefined();
    expect((await listDatasets(prisma)).map(({ name }) => name)).toContain('digits-like');
  });

  it('refuse a name that is taken, naming the fix, and leave a transaction whole', async () => {
    await makeDataset('taken', 'request-2');
    await database.prisma.$transaction(async (transaction) => {
      const taken = await findDataset(transaction, 'taken');
      const again = { ...taken, id: newId('dataset') } as NonNullable<typeof taken>;
      await expect(insertDataset(transaction, again, 'request-3')).rejects.toMatchObject({
        code: 'conflict',
        problems: [{ field: 'name', value: 'taken' }],
      });
      expect(await findDataset(transaction, 'taken')).toEqual(taken);
    });
  });

  it('stay while a sweep uses them, and go when none does', async () => {
    const { prisma } = database;
    const used = await makeDataset('in-use');
    await makeTrial(used.id, 'weights of in-use');
    await expect(deleteDataset(prisma, used.id)).rejects.toMatchObject({ code: 'conflict' });
    const free = await makeDataset('free');
    await deleteDataset(prisma, free.id);
    expect(await findDataset(prisma, 'free')).toBeUndefined();
    await expect(deleteDataset(prisma, free.id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('models', () => {
  let datasetId: string;
  beforeAll(async () => {
    datasetId = (await makeDataset('for-models')).id;
  });

  async function promote(weights: string, name = 'eeg') {
    const trialId = await makeTrial(datasetId, weights);
    const input = {
      ...{ id: newId('version'), newModelId: newId('model'), modelName: name, trialId },
      ...{ trialNumber: 1, sweepName: 'first', family: 'mlp' },
      configuration: { family: 'mlp', learningRate: 0.01 },
      network: {
        input: { kind: 'signal', channels: 1, length: 4 },
        layers: [{ kind: 'dense', units: 2 }],
        classes: 2,
      },
      shape: { kind: 'signal', channels: 1, length: 4, classes: 2 },
      ...{ classNames: ['no', 'yes'], featureNames: [], datasetId, datasetName: 'for-models' },
      ...{ datasetSha256: sha('for-models'), isSyntheticData: false },
      ...{ weightsSha256: sha(weights), weightsBytes: 5 },
      ...{ validationAccuracy: 0.9, overfittingGap: 0.02, testScore: null, promotedBy: 'me' },
    } as unknown as NewModelVersion;
    return insertModelVersion(database.prisma, input, noon);
  }

  it('number their versions without holes, whoever promotes at once', async () => {
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((weights) => promote(weights)));
    const versions = made.map(({ version }) => version.version);
    expect(versions.sort()).toEqual([1, 2, 3, 4]);
    expect(made.every(({ isNew }) => isNew)).toBe(true);
    const model = await findModel(database.prisma, 'eeg');
    expect(model?.versions.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect((await listModels(database.prisma)).map(({ name }) => name)).toEqual(['eeg']);
  });

  it('take the same weights for the version that they are', async () => {
    const again = await promote('b');
    expect(again.isNew).toBe(false);
    expect((await findModel(database.prisma, 'eeg'))?.versions).toHaveLength(4);
  });

  it('are found by number, alias, or as the newest', async () => {
    const { prisma } = database;
    await setModelAlias(prisma, { name: 'eeg', version: 2, alias: 'champion' }, noon);
    expect((await findModelVersion(prisma, 'eeg', 'champion'))?.version).toBe(2);
    await setModelAlias(prisma, { name: 'eeg', version: 3, alias: 'champion' }, noon);
    const champion = await findModelVersion(prisma, 'eeg', 'champion');
    expect(champion).toMatchObject({ version: 3, aliases: ['champion'], modelName: 'eeg' });
    expect((await findModelVersion(prisma, 'eeg', '1'))?.aliases).toEqual([]);
    expect((await findModelVersion(prisma, 'eeg'))?.version).toBe(4);
    expect(await findModelVersion(prisma, 'eeg', '9')).toBeUndefined();
    const missing = { name: 'eeg', version: 9, alias: 'champion' };
    await expect(setModelAlias(prisma, missing, noon)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await removeModelAlias(prisma, { name: 'eeg', alias: 'champion' })).toBe(true);
    expect(await removeModelAlias(prisma, { name: 'eeg', alias: 'champion' })).toBe(false);
  });
});

describe('audit', () => {
  it('pages newest first and cannot be changed', async () => {
    const { prisma } = database;
    for (const number of [1, 2, 3]) {
      const entry = {
        actor: 'me',
        action: 'sweep.cancel',
        subject: `s${number}`,
        detail: { number },
      };
      await appendAuditEvent(prisma, entry, noon);
    }
    const first = await listAuditEvents(prisma, { limit: 2, before: null });
    expect(first.items.map(({ subject }) => subject)).toEqual(['s3', 's2']);
    const rest = await listAuditEvents(prisma, { limit: 2, before: first.cursor });
    expect(rest.items).toMatchObject([{ subject: 's1', detail: { number: 1 }, actor: 'me' }]);
    expect(rest.cursor).toBeNull();
    await expect(prisma.auditEvent.deleteMany()).rejects.toThrow(/append-only/);
    await expect(prisma.auditEvent.updateMany({ data: { actor: 'you' } })).rejects.toThrow(
      /append-only/,
    );
  });
});
