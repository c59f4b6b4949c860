import {
  beginAttempts,
  findResumePoints,
  lockPackWithTrials,
  type TrialRow,
  updatePack,
} from '@starling/db';
import { transitionTrial } from '@starling/domain';
import type { PackAssignment } from '@starling/protocol';
import type { SweepChange, SweepChanges } from '../sweeps/change-sweep.ts';
import { inTransaction } from '../sweeps/in-transaction.ts';
import type { Delivery, PackQueue } from './pack-queue.ts';
import { prunerOf } from './samplers.ts';

export interface LeaseParts {
  changes: SweepChanges;
  queue: PackQueue;
  leaseSeconds: number;
  checkpointEverySeconds: number;
}

/** A pack for the slot; `empty` when the queue is; `skipped` when a job had nothing left to do. */
export type LeaseAnswer =
  | { kind: 'leased'; assignment: PackAssignment }
  | { kind: 'skipped' }
  | { kind: 'empty' };

/** Takes the oldest pack from the queue for a slot and begins an attempt of each of its trials. */
export function leasePack(
  parts: LeaseParts,
  to: { workerId: string; slot: number },
): Promise<LeaseAnswer> {
  return inTransaction(parts.changes.prisma, async (tx): Promise<LeaseAnswer> => {
    const delivery = await parts.queue.fetch(tx);
    if (delivery === undefined) return { kind: 'empty' };
    parts.changes.step('job-fetched');
    return parts.changes.within(tx, delivery.sweepId, (change) =>
      leaseDelivery(change, parts, delivery, to),
    );
  });
}

async function leaseDelivery(
  change: SweepChange,
  parts: LeaseParts,
  delivery: Delivery,
  to: { workerId: string; slot: number },
): Promise<LeaseAnswer> {
  const { tx, now } = change;
  const { packId, jobId, retryCount: jobRetryCount } = delivery;
  const pack = await lockPackWithTrials(tx, packId);
  if (pack?.status === 'leased') {
    // The queue gave the job up before its lease lapsed; the lease is what counts.
    await updatePack(tx, packId, { jobId, jobRetryCount });
    return { kind: 'skipped' };
  }
  const trials =
    pack?.status === 'queued' ? pack.trials.filter((trial) => trial.status === 'waiting') : [];
  if (trials.length === 0) {
    await parts.queue.complete(tx, { jobId, jobRetryCount });
    if (pack?.status === 'queued') {
      await updatePack(tx, packId, { status: 'withdrawn', endedAt: now });
    }
    return { kind: 'skipped' };
  }
  const begunBefore = trials.filter((trial) => trial.attempts > 0).map((trial) => trial.id);
  const resumePoints =
    begunBefore.length === 0
      ? new Map<string, { epoch: number; sha256: string }>()
      : await findResumePoints(tx, begunBefore);
  const leaseExpiresAt = new Date(now.getTime() + parts.leaseSeconds * 1000);
  await beginAttempts(
    tx,
    { packId, ...to, jobId, jobRetryCount, leaseExpiresAt },
    trials.map((trial) => {
      transitionTrial(trial.status, 'running');
      const resumedFromEpoch = resumePoints.get(trial.id)?.epoch ?? 0;
      return { trialId: trial.id, attempt: trial.attempts + 1, resumedFromEpoch };
    }),
    now,
  );
  for (const trial of trials) change.trialChanged(trial.id);
  parts.changes.step('pack-leased');
  change.countsChanged();
  change.announce({ kind: 'fleet' });
  return {
    kind: 'leased',
    assignment: describeAssignment(change, parts, packId, to.slot, trials, resumePoints),
  };
}

function describeAssignment(
  { sweep }: SweepChange,
  parts: LeaseParts,
  packId: string,
  slot: number,
  trials: readonly TrialRow[],
  resumePoints: ReadonlyMap<string, { epoch: number; sha256: string }>,
): PackAssignment {
  return {
    packId: packId as PackAssignment['packId'],
    sweepId: sweep.id,
    sweepName: sweep.name,
    slot,
    dataset: { sha256: sweep.dataset.sha256, bytes: sweep.dataset.bytes },
    rungs: prunerOf(sweep).rungs,
    checkpointEverySeconds: parts.checkpointEverySeconds,
    trials: trials
      .toSorted((a, b) => a.number - b.number)
      .map((trial) => ({
        trialId: trial.id,
        attempt: trial.attempts + 1,
        number: trial.number,
        seed: trial.seed,
        configuration: trial.configuration,
        network: trial.network,
        epochs: trial.epochsPlanned,
        resume: resumePoints.get(trial.id) ?? null,
      })),
  };
}
