import { randomBytes } from 'node:crypto';
import { insertDataset, type Prisma, type PrismaClient, saveArtifact } from '@starling/db';
import { buildNetwork, resolveConfiguration, type TrialStatus } from '@starling/domain';
import { newId } from '@starling/runtime';
import { buildDataset, seedSweep, seedTrial } from '@starling/testkit';

let sweeps = 0;

/** A data set, a sweep over it and one trial that ended with weights, unless options differ. */
export async function insertFinishedTrial(
  prisma: PrismaClient,
  options: { status?: TrialStatus; hasWeights?: boolean; hasTestSplit?: boolean } = {},
): Promise<{ trialId: string; weightsSha256: string; datasetSha256: string }> {
  const { status = 'completed', hasWeights = true, hasTestSplit = true } = options;
  const now = new Date();
  const datasetSha256 = randomBytes(32).toString('hex');
  const weightsSha256 = randomBytes(32).toString('hex');
  for (const sha256 of [datasetSha256, weightsSha256]) {
    await saveArtifact(prisma, { sha256, bytes: 100, mediaType: 'application/octet-stream' }, now);
  }
  const id = newId('dataset');
  const made = buildDataset({ name: `data-${datasetSha256.slice(0, 8)}`, sha256: datasetSha256 });
  const dataset = await insertDataset(prisma, {
    ...made,
    id: id as typeof made.id,
    splits: { ...made.splits, test: hasTestSplit ? made.splits.test : null },
  });
  const sweepId = await seedSweep(prisma, ++sweeps, { name: 'a sweep', datasetId: dataset.id });
  const configuration = resolveConfiguration({ family: 'mlp' });
  const network = buildNetwork(configuration, dataset.shape);
  const trialId = await seedTrial(prisma, sweepId, 1, {
    id: newId('trial'),
    status,
    configuration,
    network: network as unknown as Prisma.InputJsonObject,
    lastEpoch: 3,
    bestEpoch: 2,
    trainAccuracy: 0.95,
    validationAccuracy: 0.9,
    overfittingGap: 0.05,
    ...(hasWeights ? { weightsSha256, weightsBytes: 100n } : {}),
  });
  return { trialId, weightsSha256, datasetSha256 };
}
