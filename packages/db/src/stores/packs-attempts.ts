import type { attemptEndings } from '@starling/domain';
import type { Database } from '../connect.ts';

export type AttemptEnding = (typeof attemptEndings)[number];

export interface BegunAttempt {
  trialId: string;
  /** One more than the trial had. */
  attempt: number;
  resumedFromEpoch: number;
}

/** Leases a locked pack to a slot and begins an attempt of each trial, in one statement. */
export async function beginAttempts(
  db: Database,
  lease: {
    packId: string;
    workerId: string;
    slot: number;
    jobId: string;
    jobRetryCount: number;
    leaseExpiresAt: Date;
  },
  attempts: readonly BegunAttempt[],
  now: Date,
): Promise<void> {
  await db.$executeRaw`
    with begun as (
      select * from jsonb_to_recordset(${JSON.stringify(attempts)}::jsonb)
        as b("trialId" text, attempt int, "resumedFromEpoch" int)
    ), leased as (
      update packs set status = 'leased', job_id = ${lease.jobId},
        job_retry_count = ${lease.jobRetryCount}, worker_id = ${lease.workerId},
        slot = ${lease.slot}, leased_at = ${now}, lease_expires_at = ${lease.leaseExpiresAt}
      where id = ${lease.packId}
    ), running as (
      update trials t set status = 'running', attempts = b.attempt, live_attempt = b.attempt,
        stop_kind = null, stop_reason = null, started_at = coalesce(t.started_at, ${now})
      from begun b where t.id = b."trialId"
    )
    insert into attempts (trial_id, attempt, pack_id, worker_id, started_at, resumed_from_epoch)
    select "trialId", attempt, ${lease.packId}, ${lease.workerId}, ${now}, "resumedFromEpoch"
    from begun`;
}

/** Ends an attempt once; one that has ended keeps its ending. */
export async function endAttempt(
  db: Database,
  key: { trialId: string; attempt: number },
  ending: AttemptEnding,
  now: Date,
): Promise<void> {
  await db.attempt.updateMany({ where: { ...key, endedAt: null }, data: { ending, endedAt: now } });
}

/** How an attempt ended; null while it runs, undefined where there is none. */
export async function findAttemptEnding(
  db: Database,
  key: { trialId: string; attempt: number },
): Promise<AttemptEnding | null | undefined> {
  const found = await db.attempt.findUnique({
    where: { trialId_attempt: key },
    select: { ending: true },
  });
  return found === null ? undefined : (found.ending as AttemptEnding | null);
}

/** The newest checkpoint of each trial that is not ahead of its reports. */
export async function findResumePoints(
  db: Database,
  trialIds: readonly string[],
): Promise<Map<string, { epoch: number; sha256: string }>> {
  const rows = await db.$queryRaw<{ trialId: string; epoch: number; sha256: string }[]>`
    select distinct on (c.trial_id) c.trial_id as "trialId", c.epoch, c.sha256
    from checkpoints c join trials t on t.id = c.trial_id
    where c.trial_id = any(${[...trialIds]}::text[]) and c.epoch <= t.last_epoch
    order by c.trial_id, c.epoch desc`;
  return new Map(rows.map(({ trialId, ...point }) => [trialId, point]));
}

/** Whether an artifact is stored: rows that name one are refused without it. */
export async function hasArtifact(db: Database, sha256: string): Promise<boolean> {
  return (await db.artifact.count({ where: { sha256 } })) > 0;
}

/** Names a stored checkpoint and lets older ones of the trial go; twice equals once. */
export async function saveCheckpoint(
  db: Database,
  checkpoint: { trialId: string; epoch: number; attempt: number; sha256: string; bytes: number },
  now: Date,
): Promise<void> {
  await db.checkpoint.createMany({
    data: { ...checkpoint, bytes: BigInt(checkpoint.bytes), createdAt: now },
    skipDuplicates: true,
  });
  await db.checkpoint.deleteMany({
    where: { trialId: checkpoint.trialId, epoch: { lt: checkpoint.epoch } },
  });
}

/** A trial's attempts in order, with the names of their workers. */
export async function listAttempts(
  db: Database,
  trialIds: readonly string[],
): Promise<
  {
    trialId: string;
    attempt: number;
    workerId: string | null;
    workerName: string | null;
    startedAt: Date;
    endedAt: Date | null;
    ending: AttemptEnding | null;
    resumedFromEpoch: number;
  }[]
> {
  return db.$queryRaw`
    select a.trial_id as "trialId", a.attempt, a.worker_id as "workerId", w.name as "workerName",
      a.started_at as "startedAt", a.ended_at as "endedAt", a.ending,
      a.resumed_from_epoch as "resumedFromEpoch"
    from attempts a left join workers w on w.id = a.worker_id
    where a.trial_id = any(${[...trialIds]}::text[]) order by a.trial_id, a.attempt`;
}
