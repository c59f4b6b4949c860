import { lockPackWithTrials, type PackStatus, updatePack } from '@starling/db';
import { isTrialFinished } from '@starling/domain';
import type { SweepChange } from '../sweeps/change-sweep.ts';
import type { PackQueue } from './pack-queue.ts';

/**
 * Ends a pack of which no trial waits or runs any more, and its job with it; one that has
 * work left goes on. Jobs that still wait in the queue are left there: whoever fetches one
 * finds its pack over and completes it, so that nothing here ever waits for a queue's lock.
 */
export async function settlePack(
  change: SweepChange,
  parts: { queue: PackQueue },
  packId: string,
  status: Extract<PackStatus, 'finished' | 'handed-back' | 'lost' | 'withdrawn'>,
): Promise<void> {
  const pack = await lockPackWithTrials(change.tx, packId);
  if (pack === undefined || (pack.status !== 'queued' && pack.status !== 'leased')) return;
  if (pack.trials.some((trial) => !isTrialFinished(trial.status) && trial.status !== 'paused'))
    return;
  await updatePack(change.tx, packId, { status, leaseExpiresAt: null, endedAt: change.now });
  if (pack.status === 'leased') await parts.queue.complete(change.tx, pack);
  change.announce({ kind: 'fleet' });
}
