import {
  type Configuration,
  type DataShape,
  type NetworkSpec,
  type TestScore,
  type TrialStatus,
  testScoreSchema,
} from '@starling/domain';
import type { Database } from '../connect.ts';

/** What promotion asks of a trial: its result, its sweep and its data set. */
export interface PromotionSource {
  trialId: string;
  trialNumber: number;
  status: TrialStatus;
  family: string;
  configuration: Configuration;
  network: NetworkSpec;
  validationAccuracy: number | null;
  overfittingGap: number | null;
  weightsSha256: string | null;
  weightsBytes: number | null;
  sweepName: string;
  datasetId: string;
  datasetName: string;
  datasetSha256: string;
  shape: DataShape;
  classNames: string[];
  featureNames: string[];
  isSynthetic: boolean;
  hasTestSplit: boolean;
}

/** Undefined where there is no such trial. */
export async function findPromotionSource(
  db: Database,
  trialId: string,
): Promise<PromotionSource | undefined> {
  const rows = await db.$queryRaw<
    (Omit<PromotionSource, 'weightsBytes'> & { weightsBytes: bigint | null })[]
  >`
    select t.id as "trialId", t.number as "trialNumber", t.status, t.family, t.configuration,
      t.network, t.validation_accuracy as "validationAccuracy",
      t.overfitting_gap as "overfittingGap", t.weights_sha256 as "weightsSha256",
      t.weights_bytes as "weightsBytes", s.name as "sweepName", d.id as "datasetId",
      d.name as "datasetName", d.sha256 as "datasetSha256", d.shape,
      d.class_names as "classNames", d.feature_names as "featureNames",
      d.is_synthetic as "isSynthetic",
      jsonb_typeof(d.splits -> 'test') = 'object' as "hasTestSplit"
    from trials t join sweeps s on s.id = t.sweep_id join datasets d on d.id = s.dataset_id
    where t.id = ${trialId}`;
  const [row] = rows;
  if (row === undefined) return undefined;
  return { ...row, weightsBytes: row.weightsBytes === null ? null : Number(row.weightsBytes) };
}

/**
 * Holds back everyone else who promotes this trial, on any coordinator, until the transaction
 * ends: whoever comes second finds the score of the first.
 */
export async function lockPromotion(db: Database, trialId: string): Promise<void> {
  await db.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended(${`starling promotion ${trialId}`}, 0))`;
}

/** The score that these weights have on the test split of this data, whichever model got it. */
export async function findTestScore(
  db: Database,
  input: { weightsSha256: string; datasetSha256: string },
): Promise<TestScore | undefined> {
  const row = await db.modelVersion.findFirst({ where: input, select: { testScore: true } });
  return row === null || row.testScore === null ? undefined : testScoreSchema.parse(row.testScore);
}
