import type { HeldTrial } from '@starling/db';

/**
 * The fence: facts of an attempt count while it is the trial's live one, and only from the
 * worker that holds its lease.
 */
export function isHeldAttempt(
  trial: Pick<HeldTrial, 'status' | 'liveAttempt' | 'holderId'>,
  attempt: number,
  workerId: string,
): boolean {
  return trial.status === 'running' && trial.liveAttempt === attempt && trial.holderId === workerId;
}
