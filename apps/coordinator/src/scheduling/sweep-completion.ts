import { isSweepOver, type SweepStatus, type TrialCounts } from '@starling/domain';

export interface CompletionSituation {
  status: SweepStatus;
  budgetTrials: number;
  /** Trials proposed so far. */
  proposed: number;
  /** Set once the sweep takes no more proposals. */
  endingReason: string | null;
  counts: TrialCounts;
  /** Why the trial that failed last did; null where none failed. */
  lastFailure: string | null;
}

/** Whether the sweep goes on, or how it ends and why. */
export type SweepCompletion =
  | { kind: 'goes-on' }
  | { kind: 'complete'; reason: string | null }
  | { kind: 'fail'; reason: string };

/** Trials that still have work before them. */
export function aliveOf(counts: TrialCounts): number {
  return counts.waiting + counts.running + counts.paused;
}

/**
 * A sweep ends when nothing more will be proposed and no trial is alive: as failed where not
 * one trial trained, else as completed.
 */
export function decideSweepCompletion(situation: CompletionSituation): SweepCompletion {
  if (isSweepOver(situation.status)) return { kind: 'goes-on' };
  const nothingMore =
    situation.endingReason !== null || situation.proposed >= situation.budgetTrials;
  if (!nothingMore || aliveOf(situation.counts) > 0) return { kind: 'goes-on' };
  if (situation.proposed === 0) {
    return { kind: 'fail', reason: situation.endingReason ?? 'no trial could be proposed' };
  }
  if (situation.counts.failed === situation.proposed) {
    const why = situation.lastFailure === null ? '' : `; the last: ${situation.lastFailure}`;
    return { kind: 'fail', reason: `every trial failed${why}` };
  }
  return { kind: 'complete', reason: situation.endingReason };
}
