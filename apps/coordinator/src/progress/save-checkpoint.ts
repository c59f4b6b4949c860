import { hasArtifact, lockHeldTrials, type PrismaClient, saveCheckpoint } from '@starling/db';
import { AppError, type Clock } from '@starling/domain';
import type { CheckpointSaved, FactAnswer } from '@starling/protocol';
import { inTransaction } from '../sweeps/in-transaction.ts';
import { isHeldAttempt } from './is-held-attempt.ts';

/**
 * Names a checkpoint of a live attempt. One ahead of the stored reports is refused with a
 * retryable `conflict`: a trial that went on from it would leave a hole in its curve.
 */
export function saveCheckpointFact(
  parts: { prisma: PrismaClient; clock: Clock },
  workerId: string,
  fact: CheckpointSaved,
): Promise<FactAnswer> {
  return inTransaction(parts.prisma, async (tx): Promise<FactAnswer> => {
    const [trial] = await lockHeldTrials(tx, [fact.trialId]);
    if (trial === undefined) throw new AppError('not-found', `there is no trial ${fact.trialId}`);
    if (!isHeldAttempt(trial, fact.attempt, workerId)) return { decision: 'stale' };
    if (fact.epoch > trial.lastEpoch) {
      throw new AppError(
        'conflict',
        `epochs ${trial.lastEpoch + 1} to ${fact.epoch} of trial ${trial.number} are missing; report them first`,
        { retryable: true },
      );
    }
    if (!(await hasArtifact(tx, fact.sha256))) {
      throw new AppError('conflict', `no artifact ${fact.sha256} is stored; store it first`, {
        retryable: true,
      });
    }
    await saveCheckpoint(tx, fact, new Date(parts.clock.nowMs()));
    return { decision: 'stored' };
  });
}
