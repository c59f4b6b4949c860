import { type EpochReport, epochReportSchema, type LeaderboardRow } from '@starling/domain';
import { buildId } from './build-id.ts';

/** What a trial measured after an epoch: accuracy that rises and a loss that falls with it. */
export function buildEpochReport(epoch: number, change: Partial<EpochReport> = {}): EpochReport {
  const progress = 1 - 0.5 ** epoch;
  return epochReportSchema.parse({
    epoch,
    trainLoss: 1 - 0.8 * progress,
    trainAccuracy: 0.5 + 0.45 * progress,
    validationLoss: 1 - 0.7 * progress,
    validationAccuracy: 0.5 + 0.4 * progress,
    learningRate: 0.01,
    seconds: 0.1,
    ...change,
  });
}

/** The first `epochs` reports of one trial, in order. */
export function buildCurve(epochs: number, change: Partial<EpochReport> = {}): EpochReport[] {
  return Array.from({ length: epochs }, (_, index) => buildEpochReport(index + 1, change));
}

/** A completed trial as a leaderboard shows it. */
export function buildTrial(number: number, change: Partial<LeaderboardRow> = {}): LeaderboardRow {
  return {
    id: buildId('trial', number),
    sweepId: buildId('sweep', 1),
    sweepName: 'a sweep',
    number,
    family: 'mlp',
    status: 'completed',
    configuration: { family: 'mlp', learningRate: 0.01 },
    bestEpoch: 3,
    trainAccuracy: 0.92,
    validationAccuracy: 0.9,
    overfittingGap: 0.02,
    parameters: 100,
    flops: 200,
    epochs: 3,
    seconds: 0.3,
    diagnosis: { kind: 'healthy', reason: 'made up for tests' },
    attempts: 1,
    ...change,
  };
}
