import type { Diagnosis, FailureReason, TrialOutcome } from '@starling/domain';
import type { Database } from '../connect.ts';
import type { AttemptEnding } from './packs-attempts.ts';

/** What a trial's row says for good. */
export interface FinalColumns {
  status: TrialOutcome;
  reason: string | null;
  failureReason: FailureReason | null;
  lastEpoch: number;
  bestEpoch: number | null;
  trainAccuracy: number | null;
  validationAccuracy: number | null;
  overfittingGap: number | null;
  trainLoss: number | null;
  validationLoss: number | null;
  seconds: number;
  diagnosis: Diagnosis | null;
  confusionMatrix: number[][] | null;
  validationAuc: number | null;
  weightsSha256: string | null;
  weightsBytes: number | null;
}

/**
 * Ends a locked trial in one statement: its final columns, its live attempt if it has one,
 * and its checkpoints, which nobody will go on from.
 */
export async function writeFinishedTrial(
  db: Database,
  trialId: string,
  final: FinalColumns,
  attemptEnding: AttemptEnding,
  now: Date,
): Promise<void> {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await db.$executeRaw`
    with ended as (
      update attempts set ending = ${attemptEnding}, ended_at = ${now}
      where trial_id = ${trialId} and ended_at is null
    ), dropped as (
      delete from checkpoints where trial_id = ${trialId}
    )
    update trials set status = ${final.status}, reason = ${final.reason},
      failure_reason = ${final.failureReason}, last_epoch = ${final.lastEpoch},
      best_epoch = ${final.bestEpoch}, train_accuracy = ${final.trainAccuracy}::float8,
      validation_accuracy = ${final.validationAccuracy}::float8,
      overfitting_gap = ${final.overfittingGap}::float8, train_loss = ${final.trainLoss}::float8,
      validation_loss = ${final.validationLoss}::float8, seconds = ${final.seconds}::float8,
      diagnosis = ${json(final.diagnosis)}::jsonb,
      confusion_matrix = ${json(final.confusionMatrix)}::jsonb,
      validation_auc = ${final.validationAuc}::float8, weights_sha256 = ${final.weightsSha256},
      weights_bytes = ${final.weightsBytes}::bigint, live_attempt = null, stop_kind = null,
      stop_reason = null, finished_at = ${now}
    where id = ${trialId}`;
}
