import type {
  Configuration,
  Diagnosis,
  FailureReason,
  LeaderboardRow,
  NetworkSpec,
  TrialCounts,
  TrialId,
  TrialStatus,
} from '@starling/domain';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import { isBare } from './epoch-columns.ts';
import { byObjective, isKnown } from './leaderboard-by-objective.ts';
import { counterColumns, readCounters, type SweepCounters } from './sweep-counters.ts';

/** How a trial stands: what progress reads of it. */
export interface TrialState {
  id: TrialId;
  sweepId: string;
  number: number;
  family: string;
  status: TrialStatus;
  epochsPlanned: number;
  lastEpoch: number;
  bestEpoch: number | null;
  trainAccuracy: number | null;
  validationAccuracy: number | null;
  overfittingGap: number | null;
  trainLoss: number | null;
  validationLoss: number | null;
  seconds: number;
  /** Attempts begun: the newest one's number. */
  attempts: number;
  /** The attempt whose facts count; null while none runs. */
  liveAttempt: number | null;
  lostAttempts: number;
  packId: string | null;
  stopKind: 'stop' | 'pause' | null;
  stopReason: string | null;
  /** The rung at which its pruner put it back, or is about to; null: none did. */
  pausedRung: number | null;
  /** The last rung from which its pruner let it go on. */
  promotedRung: number | null;
  parameters: number | null;
  flops: number | null;
  objectiveValues: (number | null)[] | null;
  violations: (number | null)[] | null;
}

/** A trial's state and what it trains: what scheduling reads of it. */
export interface TrialRow extends TrialState {
  configuration: Configuration;
  /** Null where it runs outside. */
  network: NetworkSpec | null;
  seed: number;
}

type RawTrial = Omit<TrialRow, 'seed'> & { seed: bigint | number };

/** Columns of a `TrialState`, of trials `t`. */
const stateColumns = Prisma.sql`
  t.id, t.sweep_id as "sweepId", t.number, t.family, t.status, t.epochs_planned as "epochsPlanned", t.last_epoch as "lastEpoch",
  t.best_epoch as "bestEpoch", t.train_accuracy as "trainAccuracy",
  t.validation_accuracy as "validationAccuracy", t.overfitting_gap as "overfittingGap",
  t.train_loss as "trainLoss", t.validation_loss as "validationLoss",
  t.seconds, t.attempts, t.live_attempt as "liveAttempt", t.lost_attempts as "lostAttempts",
  t.pack_id as "packId", t.stop_kind as "stopKind", t.stop_reason as "stopReason",
  t.paused_rung as "pausedRung", t.promoted_rung as "promotedRung", t.parameters, t.flops,
  to_jsonb(t.objective_values) as "objectiveValues", to_jsonb(t.violations) as violations`;

/** Columns of a `TrialRow`, of trials `t`. */
const trialColumns = Prisma.sql`${stateColumns}, t.configuration, t.network, t.seed`;

const readTrial = <Raw extends RawTrial>(raw: Raw): Raw & TrialRow => ({
  ...raw,
  seed: Number(raw.seed),
});

/** The trials named, locked in the order of their ids until the transaction ends. */
export async function lockTrials(db: Database, ids: readonly string[]): Promise<TrialRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRaw<RawTrial[]>`
    select ${trialColumns} from trials t where t.id = any(${[...ids]}::text[]) order by t.id for update`;
  return rows.map((row) => readTrial(row));
}

/** A trial and who holds its pack. */
export interface HeldTrial extends TrialState {
  /** The worker that has the trial's pack under lease; null where none has. */
  holderId: string | null;
}

/** The same, with the worker that holds each trial's pack. */
export async function lockHeldTrials(db: Database, ids: readonly string[]): Promise<HeldTrial[]> {
  return db.$queryRaw<HeldTrial[]>`
    select ${stateColumns}, (select case when p.status = 'leased' then p.worker_id end
        from packs p where p.id = t.pack_id) as "holderId"
    from trials t where t.id = any(${[...ids]}::text[]) order by t.id for update of t`;
}

/** Every trial of the packs, locked in the order of their ids until the transaction ends. */
export async function lockTrialsOfPacks(
  db: Database,
  packIds: readonly string[],
): Promise<TrialRow[]> {
  const rows = await db.$queryRaw<RawTrial[]>`
    select ${trialColumns} from trials t where t.pack_id = any(${[...packIds]}::text[])
    order by t.id for update`;
  return rows.map((row) => readTrial(row));
}

/** The sweep's trials in one of the statuses, locked in the order of their ids. */
export async function lockTrialsByStatus(
  db: Database,
  sweepId: string,
  statuses: readonly TrialStatus[],
): Promise<TrialRow[]> {
  const rows = await db.$queryRaw<RawTrial[]>`
    select ${trialColumns} from trials t
    where t.sweep_id = ${sweepId} and t.status = any(${[...statuses]}::text[])
    order by t.id for update`;
  return rows.map((row) => readTrial(row));
}

/** To which sweeps trials belong; ids that are not there are left out. */
export async function findSweepsOfTrials(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.$queryRaw<{ id: string; sweepId: string }[]>`
    select id, sweep_id as "sweepId" from trials where id = any(${[...ids]}::text[])`;
  return new Map(rows.map((row) => [row.id, row.sweepId]));
}

/** What a change may write to a locked trial. */
export interface TrialPatch {
  status?: TrialStatus;
  lastEpoch?: number;
  bestEpoch?: number | null;
  trainAccuracy?: number | null;
  validationAccuracy?: number | null;
  overfittingGap?: number | null;
  trainLoss?: number | null;
  validationLoss?: number | null;
  seconds?: number;
  attempts?: number;
  liveAttempt?: number | null;
  lostAttempts?: number;
  packId?: string | null;
  stopKind?: 'stop' | 'pause' | null;
  stopReason?: string | null;
  pausedRung?: number | null;
  promotedRung?: number | null;
  diagnosis?: Diagnosis;
  reason?: string | null;
  failureReason?: FailureReason | null;
  confusionMatrix?: number[][];
  validationAuc?: number | null;
  weightsSha256?: string | null;
  weightsBytes?: bigint | null;
  startedAt?: Date;
  finishedAt?: Date | null;
}

/** Puts locked trials into packs, in one statement. */
export async function moveTrials(
  db: Database,
  moves: readonly { trialId: string; packId: string }[],
): Promise<void> {
  if (moves.length === 0) return;
  await db.$executeRaw`
    update trials t set pack_id = m."packId"
    from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as m("trialId" text, "packId" text)
    where t.id = m."trialId"`;
}

/** A running trial after more epochs: what it has now, measures those of its best epoch. */
export interface TrialAdvance {
  trialId: string;
  lastEpoch: number;
  seconds: number;
  bestEpoch: number | null;
  trainAccuracy: number | null;
  validationAccuracy: number | null;
  overfittingGap: number | null;
  trainLoss: number | null;
  validationLoss: number | null;
  objectiveValues: readonly (number | null)[];
  violations: readonly (number | null)[];
  /** Null in sweeps that search for validation accuracy alone. */
  standing: readonly number[] | null;
}

/** Moves locked trials on in one statement. */
export async function advanceTrials(db: Database, trials: readonly TrialAdvance[]): Promise<void> {
  if (trials.length === 0) return;
  await db.$executeRaw`
    update trials t set last_epoch = a."lastEpoch", seconds = a.seconds,
      best_epoch = a."bestEpoch", train_accuracy = a."trainAccuracy",
      validation_accuracy = a."validationAccuracy", overfitting_gap = a."overfittingGap",
      train_loss = a."trainLoss", validation_loss = a."validationLoss",
      objective_values = a."objectiveValues", violations = a.violations,
      standing = array_replace(a.standing, null, 'Infinity'::float8)
    from jsonb_to_recordset(${JSON.stringify(trials)}::jsonb) as a("trialId" text,
      "lastEpoch" int, seconds float8, "bestEpoch" int, "trainAccuracy" float8,
      "validationAccuracy" float8, "overfittingGap" float8, "trainLoss" float8,
      "validationLoss" float8, "objectiveValues" jsonb, violations jsonb,
      standing float8[])
    where t.id = a."trialId"`;
}

export async function updateTrial(db: Database, id: string, patch: TrialPatch): Promise<void> {
  await updateTrials(db, [id], patch);
}

/** The same change to every trial named; the caller holds their locks. */
export async function updateTrials(
  db: Database,
  ids: readonly string[],
  patch: TrialPatch,
): Promise<void> {
  if (ids.length === 0) return;
  await db.trial.updateMany({
    where: { id: { in: [...ids] } },
    data: patch as Prisma.TrialUncheckedUpdateManyInput,
  });
}

/** Why the trial that failed last did; null where none failed. */
export async function findLastFailure(db: Database, sweepId: string): Promise<string | null> {
  const rows = await db.$queryRaw<{ reason: string | null }[]>`
    select coalesce(reason, failure_reason) as reason from trials
    where sweep_id = ${sweepId} and status = 'failed'
    order by finished_at desc nulls last limit 1`;
  return rows[0]?.reason ?? null;
}

/** Failed trials of a sweep by why they failed, with what the last of each said. */
export async function listFailureGroups(
  db: Database,
  sweepId: string,
): Promise<{ failureReason: string; trials: number; lastReason: string | null }[]> {
  return db.$queryRaw`
    select failure_reason as "failureReason", count(*)::int as trials,
      (array_agg(reason order by finished_at desc nulls last))[1] as "lastReason"
    from trials where sweep_id = ${sweepId} and status = 'failed'
    group by failure_reason order by failure_reason`;
}

interface RawBoardRow extends Omit<LeaderboardRow, 'diagnosis'> {
  diagnosis: Diagnosis | null;
}

/** Columns of a leaderboard row, of trials `t` joined with their sweeps `s`. */
export const boardColumns = Prisma.sql`
  t.id, t.sweep_id as "sweepId", s.name as "sweepName", t.number, t.family, t.status,
  t.configuration, t.best_epoch as "bestEpoch",
  case when not (s.is_external and ${isBare}) then t.train_accuracy end as "trainAccuracy",
  case when not (s.is_external and ${isBare}) then t.validation_accuracy end as "validationAccuracy",
  case when not (s.is_external and ${isBare}) then t.overfitting_gap end as "overfittingGap",
  t.parameters, t.flops, t.last_epoch as epochs, t.seconds, t.diagnosis, t.attempts,
  to_jsonb(t.objective_values) as "objectiveValues", to_jsonb(t.violations) as violations`;

/** The trials named as leaderboard rows, by number. */
export async function listBoardRows(
  db: Database,
  trialIds: readonly string[],
): Promise<LeaderboardRow[]> {
  if (trialIds.length === 0) return [];
  return db.$queryRaw<RawBoardRow[]>`
    select ${boardColumns} from trials t join sweeps s on s.id = t.sweep_id
    where t.id = any(${[...trialIds]}::text[]) order by t.number`;
}

/** The trials named as leaderboard rows, with the counters of their sweep as they are now. */
export async function listChangedRows(
  db: Database,
  sweepId: string,
  trialIds: readonly string[],
): Promise<{ rows: LeaderboardRow[]; counts: TrialCounts; epochsAlive: number }> {
  const found = await db.$queryRaw<(LeaderboardRow & SweepCounters)[]>`
    select ${boardColumns}, ${counterColumns}
    from sweeps s left join trials t on t.id = any(${[...trialIds]}::text[])
    where s.id = ${sweepId} order by t.number`;
  const [first] = found;
  if (first === undefined) throw new Error(`there is no sweep ${sweepId}`);
  const { counts, epochsAlive } = readCounters(first);
  const rows = found.flatMap((row) => (row.id === null ? [] : [readCounters(row).rest]));
  return { rows, counts, epochsAlive };
}

/**
 * The trial that leads a sweep: by its standing where it has goals of its own, then by accuracy,
 * the smaller gap, fewer parameters.
 */
export async function findLeader(
  db: Database,
  sweepId: string,
  options: { isScored: boolean },
): Promise<LeaderboardRow | null> {
  const order = options.isScored
    ? Prisma.sql`and t.standing is not null and ${isKnown} order by ${byObjective}`
    : Prisma.sql`and not (s.is_external and ${isBare})
        order by t.validation_accuracy desc, t.overfitting_gap, t.parameters, t.number`;
  const rows = await db.$queryRaw<LeaderboardRow[]>`
    select ${boardColumns} from trials t join sweeps s on s.id = t.sweep_id
    where t.sweep_id = ${sweepId} and t.validation_accuracy is not null
      and t.status in ('completed', 'stopped', 'running')
    ${order} limit 1`;
  return rows[0] ?? null;
}
