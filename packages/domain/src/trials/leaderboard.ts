import { z } from 'zod';
import type { Configuration } from '../sweeps/space-spec.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { TrialStatus } from './trial-status.ts';

export const leaderboardOrders = ['accuracy', 'gap', 'pareto'] as const;
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
}

export type RankedRow = LeaderboardRow & { rank: number | null; isOnParetoFront: boolean };

type Comparison = (a: LeaderboardRow, b: LeaderboardRow) => number;

const isMeasured = (row: LeaderboardRow): boolean =>
  row.validationAccuracy !== null &&
  (row.status === 'completed' || row.status === 'stopped' || row.status === 'running');

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
  const ordered = [...rows].sort(byAccuracy);
  const front: LeaderboardRow[] = [];
  for (const row of ordered) {
    const keeper = front.at(-1);
    if (keeper === undefined || !dominates(keeper, row)) front.push(row);
  }
  return new Set(front.map((row) => row.id));
}

/**
 * Ranks trials. `accuracy`: validation accuracy, then smaller gap, then fewer parameters.
 * `gap`: the smallest gap among trials at or above `accuracyFloor`. `pareto`: the front of
 * the two first, by accuracy. Trials without a measurement follow, unranked, by number.
 */
export function rankTrials(
  rows: readonly LeaderboardRow[],
  options: { order: LeaderboardOrder; accuracyFloor?: number } = { order: 'accuracy' },
): RankedRow[] {
  const measured = rows.filter(isMeasured);
  const front = paretoIds(measured);
  const floor = options.order === 'gap' ? (options.accuracyFloor ?? 0) : 0;
  const eligible = measured.filter((row) => (row.validationAccuracy ?? 0) >= floor);
  const comparison: Comparison =
    options.order === 'gap'
      ? byGap
      : options.order === 'pareto'
        ? (a, b) => Number(front.has(b.id)) - Number(front.has(a.id)) || byAccuracy(a, b)
        : byAccuracy;
  const ranked = new Set(eligible.map((row) => row.id));
  const rest = rows
    .filter((row) => !ranked.has(row.id))
    .sort((a, b) => Number(isMeasured(b)) - Number(isMeasured(a)) || a.number - b.number);
  return [
    ...[...eligible].sort(comparison).map((row, index) => ({
      ...row,
      rank: index + 1,
      isOnParetoFront: front.has(row.id),
    })),
    ...rest.map((row) => ({ ...row, rank: null, isOnParetoFront: front.has(row.id) })),
  ];
}
