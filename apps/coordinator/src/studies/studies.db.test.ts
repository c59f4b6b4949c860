import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toClientError } from '@starling/api/client';
import { sweepSpecSchema } from '@starling/domain';
import { importOptunaStudy, readOptunaStorage } from '@starling/search';
import { buildId, buildSweepSpec, seedSweep, seedTrial } from '@starling/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';

let coordinator: TestCoordinator;
let sweepId: string;
const trials = 12;

beforeAll(async () => {
  coordinator = await startTestCoordinator();
  const { prisma } = coordinator;
  const spec = sweepSpecSchema.parse({
    ...buildSweepSpec({ name: 'measured' }),
    space: {
      parameters: { learningRate: { type: 'float', min: 0.001, max: 0.1, scale: 'log' } },
      families: { mlp: { parameters: { depth: { type: 'int', min: 1, max: 4 } } }, cnn: {} },
    },
  });
  sweepId = await seedSweep(prisma, 1, { name: spec.name, spec, families: ['mlp', 'cnn'] });
  for (let number = 1; number <= trials; number++) {
    const isMlp = number % 3 > 0;
    const learningRate = 0.001 * 10 ** ((2 * (number - 1)) / (trials - 1));
    const trialId = await seedTrial(prisma, sweepId, number, {
      status: number === trials ? 'failed' : 'completed',
      family: isMlp ? 'mlp' : 'cnn',
      configuration: {
        family: isMlp ? 'mlp' : 'cnn',
        learningRate,
        ...(isMlp ? { depth: 1 + (number % 4) } : {}),
      },
      lastEpoch: 2,
      bestEpoch: 2,
      trainAccuracy: 0.9,
      validationAccuracy: learningRate * 5 + 0.3,
      overfittingGap: 0.6 - learningRate * 5,
      finishOrder: number,
    });
    await prisma.epoch.createMany({
      data: [1, 2].map((epoch) => ({
        trialId,
        epoch,
        attempt: 1,
        trainLoss: 0.5,
        trainAccuracy: 0.9,
        validationLoss: 0.5,
        validationAccuracy: (learningRate * 5 + 0.3) * (epoch / 2),
        learningRate,
        seconds: 0.1,
      })),
    });
  }
});
afterAll(() => coordinator.stop());

const sweeps = () => coordinator.client('viewer').sweeps;
const download = (format: string) =>
  coordinator.fetch(`/api/v1/sweeps/${sweepId}/export?format=${format}`, { role: 'viewer' });

describe('importance', () => {
  it.each(['ped-anova', 'fanova'] as const)('by %s, over all and by family', async (method) => {
    const report = await sweeps().importance.query({ id: sweepId, method });
    expect(report).toMatchObject({ method, metric: 'validationAccuracy', direction: 'maximize' });
    expect(report.overall.trials).toBe(trials - 1);
    expect(report.overall.parameters[0]?.parameter).toBe('learningRate');
    expect(report.families.map(({ family }) => family)).toEqual(['mlp', 'cnn']);
    expect(report.notes.join(' ')).toContain('1 of 12 trials have no finite value');
  });

  it('refuses an objective that the sweep does not have, and a sweep that is not there', async () => {
    const refusal = (input: { id: string; objective?: string }) =>
      sweeps()
        .importance.query(input)
        .then(
          () => 'nothing was thrown',
          (error: unknown) => toClientError(error).message,
        );
    expect(await refusal({ id: sweepId, objective: 'speed' })).toContain('validationAccuracy');
    expect(await refusal({ id: sweepId, objective: 'validation_acuracy' })).toContain(
      'did you mean validationAccuracy?',
    );
    expect(await refusal({ id: 'swp_none' })).toContain('no sweep swp_none');
  });
});

describe('a learning-rate range test', () => {
  it('says for each family and batch size where training is best and where it breaks', async () => {
    const { prisma } = coordinator;
    const spec = sweepSpecSchema.parse({
      ...buildSweepSpec({ name: 'rates' }),
      sampler: { kind: 'lr-range', points: 4, minimum: 0.001, maximum: 1 },
      space: { families: { mlp: {} } },
    });
    const id = await seedSweep(prisma, 2, { name: spec.name, spec, families: ['mlp'] });
    const losses = [1.5, 0.4, 0.9, null];
    for (const [index, validationLoss] of losses.entries()) {
      await seedTrial(prisma, id, index + 1, {
        id: buildId('trial', 100 + index),
        status: validationLoss === null ? 'diverged' : 'completed',
        family: 'mlp',
        configuration: { family: 'mlp', batchSize: 32, learningRate: 10 ** (index - 3) },
        validationAccuracy: 0.5,
        validationLoss,
        finishOrder: index + 1,
      });
    }
    const report = await sweeps().learningRates.query({ id, metric: 'validation_loss' });
    expect(report).toMatchObject({ metric: 'validationLoss', direction: 'minimize' });
    expect(report.groups).toMatchObject([
      {
        ...{ family: 'mlp', batchSize: 32, extend: null },
        best: { learningRate: 0.01, value: 0.4 },
        edge: { below: 0.1, above: 1 },
        suggested: { minimum: 0.01, maximum: 0.1 },
      },
    ]);
    expect(report.groups[0]?.curve.map(({ value }) => value)).toEqual(losses);
    const unknown = await sweeps()
      .learningRates.query({ id, metric: 'validationLos' })
      .catch((error: unknown) => toClientError(error));
    expect(unknown).toMatchObject({ message: expect.stringContaining('mean validationLoss?') });
    const byAccuracy = await sweeps().learningRates.query({ id });
    expect(byAccuracy).toMatchObject({ metric: 'validationAccuracy', direction: 'maximize' });
  });

  it('is not read out of another sweep', async () => {
    const refused = await sweeps()
      .learningRates.query({ id: sweepId })
      .catch((error: unknown) => toClientError(error));
    expect(refused).toMatchObject({ message: expect.stringContaining('no learning-rate range') });
  });
});

describe('import', () => {
  it('reads YAML of another tool into a spec that the check accepts, and says what did not map', async () => {
    const text =
      'method: random\nrun_cap: 9\nmetric: {name: val_acc, goal: maximize}\nparameters:\n' +
      '  lr: {distribution: log_uniform_values, min: 0.001, max: 0.1}\n  magic: {value: 3}\n';
    const { source, yaml, notes } = await sweeps().import.mutate({ text, dataset: 'signals' });
    expect(source).toBe('wandb');
    expect(yaml).toContain('learningRate:');
    expect(notes.map(({ field }) => field)).toContain('parameters.magic');
  });

  it('names line and column of broken YAML, and refuses files of nobody', async () => {
    const refusal = (text: string) =>
      sweeps()
        .import.mutate({ text })
        .then(
          () => 'nothing was thrown',
          (error: unknown) => toClientError(error).message,
        );
    expect(await refusal('method: [random\nparameters: {')).toMatch(/line \d+, column \d+/);
    expect(await refusal('colour: red')).toContain('one of wandb, katib, vizier, nni');
  });
});

describe('export', () => {
  it('as CSV: a header and a row a trial', async () => {
    const response = await download('csv');
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toContain(`${sweepId}.csv`);
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines).toHaveLength(trials + 1);
    expect(lines[3]).toMatch(/^3,completed,cnn,/);
  });

  it('as JSON: everything, with epochs', async () => {
    const whole = (await (await download('json')).json()) as {
      sweep: { id: string };
      trials: { reports: unknown[] }[];
    };
    expect(whole.sweep.id).toBe(sweepId);
    expect(whole.trials).toHaveLength(trials);
    expect(whole.trials[0]?.reports).toHaveLength(2);
  });

  it('as a study of Optuna that is read back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'starling-study-'));
    try {
      const path = join(folder, 'study.db');
      await writeFile(path, new Uint8Array(await (await download('optuna')).arrayBuffer()));
      const database = new DatabaseSync(path, { readOnly: true });
      const study = await readOptunaStorage(async (sql) => database.prepare(sql).all(), null);
      database.close();
      expect(study.trials).toHaveLength(trials);
      const { history } = importOptunaStudy(study, { target: 'starling', dataset: 'd' });
      expect(history[0]).toMatchObject({ number: 1, outcome: 'completed', epochs: 2 });
      expect(study.trials.at(-1)?.state).toBe('FAIL');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('refuses an unknown format and an unknown sweep', async () => {
    expect((await download('xml')).status).toBe(400);
    const missing = await coordinator.fetch('/api/v1/sweeps/swp_none/export', { role: 'viewer' });
    expect(missing.status).toBe(404);
  });
});
