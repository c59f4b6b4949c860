import { isTrialFinished, type TrialDetail } from '@starling/domain';
import type { LiveChange } from '../../live/live-messages.ts';
import { mergeReports } from '../../live/merge-reports.ts';

export interface TrialMerge {
  trial: TrialDetail;
  /** The end carries more than a change tells (matrix, attempts): load the trial anew. */
  needsReload: boolean;
}

/** Moves a trial's page on by the changes of its sweep; those of other trials change nothing. */
export function mergeTrial(trial: TrialDetail, changes: readonly LiveChange[]): TrialMerge {
  let next = trial;
  let needsReload = false;
  for (const change of changes) {
    if (change.kind === 'epochs' && change.trialId === trial.id) {
      const reports = mergeReports(next.reports, change.reports);
      if (reports !== next.reports) next = { ...next, reports: [...reports] };
    } else if (change.kind === 'trial' && change.row.id === trial.id) {
      // A finished trial never changes: what arrives late is older.
      if (isTrialFinished(next.status)) continue;
      needsReload ||= change.row.status !== next.status || change.row.attempts !== next.attempts;
      next = { ...next, ...change.row, id: next.id, sweepId: next.sweepId };
    } else if (change.kind === 'verdict' && change.trialId === trial.id) {
      needsReload ||= !next.verdicts.some((verdict) => verdict.rung === change.verdict.rung);
    }
  }
  return { trial: next, needsReload };
}
