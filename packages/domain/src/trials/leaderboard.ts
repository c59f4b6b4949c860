import { z } from 'zod';
import {
  type Constraint,
  type Objective,
  objectiveValuesOf,
  violationsOf,
} from '../sweeps/objective.ts';
import type { Configuration } from '../sweeps/space-spec.ts';
import { compareStandings, frontOf, type Goals, goalsOf, standingOf } from '../sweeps/standing.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { TrialStatus } from './trial-status.ts';

export const leaderboardOrders = ['accuracy', 'gap', 'pareto', 'objective'] as const;
export const leaderboardOrderSchema = z.enum(leaderboardOrders);
export type LeaderboardOrder = z.infer<typeof leaderboardOrderSchema>;

/** One line of a leaderboard. Accuracies and the gap are shares (0..1), not percent. */
export interface LeaderboardRow {
  id: string;
  sweepId: string;
  sweepName: string;
  number: number;
  family: string;
  status: TrialStatus;
  configuration: Configuration;
  bestEpoch: number | null;
  /** Accuracies and gap: null where its best epoch measured none, be it one of a script outside. */
  trainAccuracy: number | null;
  validationAccuracy: number | null;
  overfittingGap: number | null;
  parameters: number | null;
  /** Floating-point operations of one forward pass of one observation. */
  flops: number | null;
  epochs: number;
  seconds: number;
  diagnosis: Diagnosis | null;
  attempts: number;
  /** One an objective of its sweep; null or absent before anything was measured. */
  objectiveValues?: (number | null)[] | null | undefined;
  /** One a limit of its sweep: at most 0 where it holds. */
  violations?: (number | null)[] | null | undefined;
}

export type RankedRow = LeaderboardRow & { rank: number | null; isOnParetoFront: boolean };

type Comparison = (a: LeaderboardRow, b: LeaderboardRow) => number;

/**
 * Trials that ran outside may have measured their sweep's goals and no accuracy: they stand by
 * order `objective` alone.
 */
function isMeasured(row: LeaderboardRow, order: LeaderboardOrder): boolean {
  const isRanked =
    row.status === 'completed' || row.status === 'stopped' || row.status === 'running';
  if (!isRanked || row.validationAccuracy !== null) return isRanked;
  return order === 'objective' && row.objectiveValues?.some((value) => value !== null) === true;
}

const ascending = (a: number | null, b: number | null): number =>
  (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY) || 0;

const byAccuracy: Comparison = (a, b) =>
  (b.validationAccuracy ?? -1) - (a.validationAccuracy ?? -1) ||
  ascending(a.overfittingGap, b.overfittingGap) ||
  ascending(a.parameters, b.parameters) ||
  a.number - b.number ||
  (a.id < b.id ? -1 : 1);

const byGap: Comparison = (a, b) =>
  ascending(a.overfittingGap, b.overfittingGap) || byAccuracy(a, b);

/** True where a is no worse than b in both objectives and better in one. */
function dominates(a: LeaderboardRow, b: LeaderboardRow): boolean {
  const accuracy = (a.validationAccuracy ?? -1) - (b.validationAccuracy ?? -1);
  const gap = (b.overfittingGap ?? 2) - (a.overfittingGap ?? 2);
  return accuracy >= 0 && gap >= 0 && (accuracy > 0 || gap > 0);
}

/** Rows that no other row dominates in (higher accuracy, smaller gap), in O(n log n). */
function paretoIds(rows: readonly LeaderboardRow[]): Set<string> {
  const ordered = rows.filter((row) => row.validationAccuracy !== null).sort(byAccuracy);
  const front: LeaderboardRow[] = [];
  for (const row of ordered) {
    const keeper = front.at(-1);
    if (keeper === undefined || !dominates(keeper, row)) front.push(row);
  }
  return new Set(front.map((row) => row.id));
}

export interface RankOptions {
  order: LeaderboardOrder;
  accuracyFloor?: number;
  /** Of the rows' sweep, for order `objective`; absent: validation accuracy, without limits. */
  objectives?: readonly Objective[];
  constraints?: readonly Constraint[];
}

/** What the stored columns say where a row does not carry its values. */
function standingOfRow(row: LeaderboardRow, { objectives, constraints }: Goals): number[] {
  const measurements = {
    validationAccuracy: row.validationAccuracy,
    trainAccuracy: row.trainAccuracy,
    overfittingGap: row.overfittingGap,
    parameters: row.parameters,
    flops: row.flops,
    seconds: row.seconds,
  };
  return standingOf(
    objectives,
    row.objectiveValues ?? objectiveValuesOf(objectives, measurements),
    row.violations ?? violationsOf(constraints, measurements),
  );
}

/** By the sweep's own goals; with several objectives `front` are those that stand before the rest. */
function rankByObjective(
  measured: readonly LeaderboardRow[],
  goals: Goals,
): { comparison: Comparison; front: Set<string> | null } {
  const standings = measured.map((row) => standingOfRow(row, goals));
  const byId = new Map(measured.map((row, index) => [row.id, standings[index] ?? []]));
  const places = goals.objectives.length > 1 ? frontOf(standings) : null;
  const front =
    places === null
      ? null
      : new Set(measured.flatMap((row, index) => (places.has(index) ? [row.id] : [])));
  const isBehind = (row: LeaderboardRow) => Number(front !== null && !front.has(row.id));
  return {
    front,
    comparison: (a, b) =>
      isBehind(a) - isBehind(b) ||
      compareStandings(byId.get(a.id) ?? [], byId.get(b.id) ?? []) ||
      byAccuracy(a, b),
  };
}

/**
 * Ranks trials. `accuracy`: validation accuracy, then smaller gap, then fewer parameters.
 * `gap`: the smallest gap among trials at or above `accuracyFloor`. `pareto`: the front of
 * the two first, by accuracy. `objective`: trials within the limits first, then by the first
 * objective, the next ones, and as `accuracy`; with several objectives their front before all
 * else, and it is the front that rows are marked by. Trials without a measurement of what is
 * ranked by follow, unranked, by number.
 */
export function rankTrials(
  rows: readonly LeaderboardRow[],
  options: RankOptions = { order: 'accuracy' },
): RankedRow[] {
  const measured = rows.filter((row) => isMeasured(row, options.order));
  const isKnown = new Set(measured.map((row) => row.id));
  const byObjective =
    options.order === 'objective' ? rankByObjective(measured, goalsOf(options)) : null;
  const front = byObjective?.front ?? paretoIds(measured);
  const floor = options.order === 'gap' ? (options.accuracyFloor ?? 0) : 0;
  const eligible = measured.filter((row) => (row.validationAccuracy ?? 0) >= floor);
  const comparisons: Record<LeaderboardOrder, Comparison> = {
    accuracy: byAccuracy,
    gap: byGap,
    pareto: (a, b) => Number(front.has(b.id)) - Number(front.has(a.id)) || byAccuracy(a, b),
    objective: byObjective?.comparison ?? byAccuracy,
  };
  const comparison = comparisons[options.order];
  const ranked = new Set(eligible.map((row) => row.id));
  const rest = rows
    .filter((row) => !ranked.has(row.id))
    .sort((a, b) => Number(isKnown.has(b.id)) - Number(isKnown.has(a.id)) || a.number - b.number);
  return [
    ...[...eligible].sort(comparison).map((row, index) => ({
      ...row,
      rank: index + 1,
      isOnParetoFront: front.has(row.id),
    })),
    ...rest.map((row) => ({ ...row, rank: null, isOnParetoFront: front.has(row.id) })),
  ];
}
