import { findAttemptEnding, hasArtifact, lockHeldTrials, type TrialRow } from '@starling/db';
import { AppError, isTrialFinished } from '@starling/domain';
import type { FactAnswer, TrialFinished } from '@starling/protocol';
import type { PackQueue } from '../scheduling/pack-queue.ts';
import type { Samplers } from '../scheduling/samplers.ts';
import { settlePack } from '../scheduling/settle-pack.ts';
import type { SweepChange, SweepChanges } from '../sweeps/change-sweep.ts';
import { closeTrial } from './close-trial.ts';
import { isHeldAttempt } from './is-held-attempt.ts';

export interface FinishParts {
  changes: SweepChanges;
  queue: PackQueue;
  samplers: Samplers;
}

/**
 * A worker's result: the trial, its pack, the job and the sweep's end in one transaction.
 * Told twice, the second time changes nothing. Throws a retryable `conflict` where reports
 * before it are missing, and `invalid-input` for a result that contradicts itself.
 */
export function finishTrial(
  parts: FinishParts,
  sweepId: string,
  workerId: string,
  fact: TrialFinished,
): Promise<FactAnswer> {
  return parts.changes.change(sweepId, async (change): Promise<FactAnswer> => {
    const { tx } = change;
    const [trial] = await lockHeldTrials(tx, [fact.trialId]);
    if (trial === undefined) throw new AppError('not-found', `there is no trial ${fact.trialId}`);
    if (isTrialFinished(trial.status)) return answerAgain(change, fact);
    if (trial.packId === null || !isHeldAttempt(trial, fact.attempt, workerId)) {
      return { decision: 'stale' };
    }
    checkResult(change, trial, fact);
    await requireWeights(change, fact);
    parts.changes.step('result-checked');
    await closeTrial(change, parts, trial, fact.result, {
      attemptEnding: 'finished',
      lastEpoch: fact.lastEpoch,
    });
    parts.changes.step('trial-closed');
    await settlePack(change, parts, trial.packId, 'finished');
    parts.changes.step('pack-settled');
    if (change.sweep.concurrency !== null) change.announce({ kind: 'work' });
    return { decision: 'stored' };
  });
}

/** The same fact once more, or one that came after the trial had ended otherwise. */
async function answerAgain(change: SweepChange, fact: TrialFinished): Promise<FactAnswer> {
  const key = { trialId: fact.trialId, attempt: fact.attempt };
  const ending = await findAttemptEnding(change.tx, key);
  return { decision: ending === 'finished' ? 'stored' : 'stale' };
}

function checkResult(change: SweepChange, trial: TrialRow, fact: TrialFinished): void {
  const { result, lastEpoch } = fact;
  if (lastEpoch > trial.lastEpoch) {
    throw new AppError(
      'conflict',
      `epochs ${trial.lastEpoch + 1} to ${lastEpoch} of trial ${trial.number} are missing; report them first`,
      { retryable: true },
    );
  }
  if (lastEpoch === 0 && (result.outcome === 'completed' || result.outcome === 'stopped')) {
    throw new AppError(
      'invalid-input',
      `trial ${trial.number} cannot be ${result.outcome} without an epoch`,
    );
  }
  const classes = change.sweep.dataset.classNames.length;
  const matrix = result.confusionMatrix;
  if (matrix === null) return;
  if (matrix.length !== classes || matrix.some((row) => row.length !== classes)) {
    throw new AppError(
      'invalid-input',
      `result.confusionMatrix: must have ${classes} rows of ${classes} counts`,
    );
  }
}

async function requireWeights(change: SweepChange, fact: TrialFinished): Promise<void> {
  const sha256 = fact.result.weightsSha256;
  if (sha256 === null || (await hasArtifact(change.tx, sha256))) return;
  throw new AppError(
    'conflict',
    `result.weightsSha256: no artifact ${sha256} is stored; store it first`,
    { retryable: true },
  );
}
