import {
  type HeldTrial,
  insertReports,
  lockHeldTrials,
  type TrialRow,
  updateTrial,
} from '@starling/db';
import { AppError, acceptReport, type EpochReport, type ReportDecision } from '@starling/domain';
import { isRung, type ReportsAnswer, type SendReports } from '@starling/protocol';
import { prunerOf } from '../scheduling/samplers.ts';
import type { SweepChange, SweepChanges } from '../sweeps/change-sweep.ts';
import { isHeldAttempt } from './is-held-attempt.ts';
import { judgeRung } from './judge-rung.ts';
import { measuresOf } from './outcome-of.ts';

type IncomingReport = SendReports['reports'][number];
type Result = ReportsAnswer['results'][number];

/**
 * Stores the reports of one sweep's trials: one insert for all that are fresh, the running
 * best of each trial, and a verdict where an epoch is a rung. One result a report, in order.
 */
export function storeReports(
  changes: SweepChanges,
  sweepId: string,
  workerId: string,
  reports: readonly IncomingReport[],
): Promise<Result[]> {
  return changes.change(sweepId, async (change) => {
    const ids = [...new Set(reports.map((report) => report.trialId))];
    const locked = await lockHeldTrials(change.tx, ids);
    const trials = new Map(locked.map((trial) => [trial.id, trial]));
    const decided = reports.map((incoming) => {
      const trial = trials.get(incoming.trialId);
      if (trial === undefined) throw new AppError('not-found', `no trial ${incoming.trialId}`);
      const decision = decideReport(trial, workerId, incoming);
      if (decision === 'fresh') {
        trials.set(trial.id, { ...trial, ...advance(trial, incoming.report) });
      }
      return { incoming, decision };
    });
    const fresh = decided.filter(({ decision }) => decision === 'fresh');
    changes.step('reports-decided');
    await insertReports(
      change.tx,
      fresh.map(({ incoming }) => incoming),
    );
    changes.step('reports-inserted');
    await writeTrials(
      change,
      trials,
      fresh.map(({ incoming }) => incoming),
    );
    changes.step('trials-updated');
    const results: Result[] = [];
    for (const { incoming, decision } of decided) {
      const { trialId, attempt, report } = incoming;
      const trial = trials.get(trialId);
      const verdict =
        trial !== undefined && isJudged(change, trial, decision, incoming)
          ? await judgeRung(change, trial, report.epoch)
          : null;
      results.push({ trialId, attempt, epoch: report.epoch, decision, verdict });
    }
    return results;
  });
}

/** Fresh, stale, duplicate or a gap; an epoch that the trial does not have is no report. */
function decideReport(
  trial: HeldTrial,
  workerId: string,
  { attempt, report }: IncomingReport,
): ReportDecision {
  if (report.epoch > trial.epochsPlanned) {
    throw new AppError(
      'invalid-input',
      `trial ${trial.number} has ${trial.epochsPlanned} epochs, there is no epoch ${report.epoch}`,
    );
  }
  const isRunning = isHeldAttempt(trial, attempt, workerId);
  // Another worker speaks of the live attempt: none of its reports can be the trial's.
  if (trial.liveAttempt === attempt && !isRunning) return 'stale';
  return acceptReport(
    { attempt: trial.attempts, lastEpoch: trial.lastEpoch, isRunning },
    { attempt, epoch: report.epoch },
  );
}

/** A trial's columns after one more epoch. */
function advance(trial: TrialRow, report: EpochReport) {
  const isBetter =
    trial.validationAccuracy === null || report.validationAccuracy > trial.validationAccuracy;
  return {
    lastEpoch: report.epoch,
    seconds: trial.seconds + report.seconds,
    ...(isBetter ? measuresOf(report) : {}),
  };
}

/**
 * A rung is judged where the trial still runs and has epochs left; a report that is repeated
 * by the live attempt gets the verdict that was stored, so a resumed trial ends as it would have.
 */
function isJudged(
  { sweep }: SweepChange,
  trial: TrialRow,
  decision: ReportDecision,
  { attempt, report }: IncomingReport,
): boolean {
  return (
    (decision === 'fresh' || decision === 'duplicate') &&
    trial.status === 'running' &&
    trial.liveAttempt === attempt &&
    report.epoch < trial.epochsPlanned &&
    isRung(prunerOf(sweep).rungs, report.epoch)
  );
}

async function writeTrials(
  change: SweepChange,
  trials: ReadonlyMap<string, TrialRow>,
  fresh: readonly IncomingReport[],
): Promise<void> {
  if (fresh.length === 0) return;
  for (const [trialId, own] of Map.groupBy(fresh, (incoming) => incoming.trialId)) {
    const trial = trials.get(trialId);
    if (trial === undefined) continue;
    const { lastEpoch, seconds, bestEpoch, trainAccuracy, validationAccuracy, overfittingGap } =
      trial;
    const best = own.find((incoming) => incoming.report.epoch === bestEpoch)?.report;
    await updateTrial(change.tx, trialId, {
      lastEpoch,
      seconds,
      bestEpoch,
      trainAccuracy,
      validationAccuracy,
      overfittingGap,
      ...(best === undefined
        ? {}
        : { trainLoss: best.trainLoss, validationLoss: best.validationLoss }),
    });
    change.trialChanged(trialId);
    change.say({
      kind: 'epochs',
      trialId: trial.id,
      number: trial.number,
      family: trial.family,
      reports: own.map((incoming) => incoming.report),
    });
  }
  change.patch({ epochsDone: change.sweep.epochsDone + fresh.length });
}
