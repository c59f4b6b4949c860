import { insertDataset, type Prisma, type PrismaClient, saveArtifact } from '@starling/db';
import { isTrialFinished, trialSeed, trialStatusSchema } from '@starling/domain';
import { buildDataset } from './build-dataset.ts';
import { buildId } from './build-id.ts';
import { buildSweepSpec } from './build-sweep-spec.ts';

const at = new Date(Date.UTC(2026, 0, 1, 12));

/** Stores the data set of a number, with its artifact; once, however often it is asked for. */
export async function seedDataset(prisma: PrismaClient, number = 1): Promise<string> {
  const dataset = buildDataset({
    id: buildId('dataset', number) as ReturnType<typeof buildDataset>['id'],
    name: `dataset-${number}`,
    sha256: number.toString(16).padStart(64, '0'),
  });
  await saveArtifact(
    prisma,
    { sha256: dataset.sha256, bytes: dataset.bytes, mediaType: 'application/octet-stream' },
    at,
  );
  const stored = await insertDataset(prisma, dataset, `seed-${number}`);
  return stored.id;
}

/** Stores a running sweep on data set 1, as the sweep of a number; returns its id. */
export async function seedSweep(
  prisma: PrismaClient,
  number = 1,
  change: Partial<Prisma.SweepUncheckedCreateInput> = {},
): Promise<string> {
  const datasetId = await seedDataset(prisma);
  const spec = buildSweepSpec({ name: `sweep ${number}`, dataset: datasetId });
  const id = buildId('sweep', number);
  await prisma.sweep.create({
    data: {
      id,
      name: spec.name,
      status: 'running',
      requestId: `seed-sweep-${number}`,
      datasetId,
      spec,
      families: Object.keys(spec.space.families),
      seed: BigInt(spec.seed),
      budgetTrials: spec.budget.trials,
      budgetEpochs: spec.budget.epochs,
      activeSince: at,
      createdAt: at,
      startedAt: at,
      ...change,
    },
  });
  return id;
}

/**
 * Stores the trial of a number in a sweep; returns its id, which is of the number alone. A
 * status is enough: what the database asks to go with it is filled in.
 */
export async function seedTrial(
  prisma: PrismaClient,
  sweepId: string,
  number: number,
  change: Partial<Prisma.TrialUncheckedCreateInput> = {},
): Promise<string> {
  const id = change.id ?? buildId('trial', number);
  const status = trialStatusSchema.parse(change.status ?? 'waiting');
  const attempts = status === 'waiting' ? 0 : 1;
  await prisma.trial.create({
    data: {
      id,
      sweepId,
      number,
      family: 'mlp',
      status,
      configuration: { family: 'mlp', learningRate: 0.01 },
      network: {
        input: { kind: 'signal', channels: 1, length: 8 },
        layers: [{ kind: 'dense', units: 2 }],
        classes: 2,
      },
      seed: BigInt(trialSeed(1, number)),
      epochsPlanned: 3,
      parameters: 18,
      flops: 34,
      attempts,
      liveAttempt: status === 'running' ? attempts : null,
      failureReason: status === 'failed' ? 'internal' : null,
      suggestion: 'made up for tests',
      createdAt: at,
      startedAt: attempts === 0 ? null : at,
      finishedAt: isTrialFinished(status) ? at : null,
      ...change,
    },
  });
  return id;
}
