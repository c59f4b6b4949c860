import type { EpochReport, Verdict } from '@starling/domain';

/** Another trial of the sweep, as far as the judged one has come. */
export interface CompetingTrial {
  number: number;
  /** Its reports up to the rung; may be thinned to its best one and the one at the rung. */
  reports: readonly EpochReport[];
}

export interface JudgeRequest {
  number: number;
  /** Epoch at which it is judged; it has a report there. */
  rung: number;
  /** The trial's own reports up to the rung. */
  reports: readonly EpochReport[];
  others: readonly CompetingTrial[];
}

/** The epochs at which a worker waits for a verdict: `first`, `first + every`, … */
export interface Rungs {
  first: number;
  every: number;
}

/**
 * Judges a trial at a rung. Pure; every verdict carries its reason in one sentence with the
 * numbers compared. Throws RangeError where the trial has no report at the rung.
 */
export interface Pruner {
  readonly kind: 'none' | 'median';
  /** Null: it never judges. */
  readonly rungs: Rungs | null;
  judge(request: JudgeRequest): Verdict;
}
