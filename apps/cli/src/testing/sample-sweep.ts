import {
  type LeaderboardRow,
  type SweepSummary,
  type TrialStatus,
  trialStatuses,
} from '@starling/domain';

/** A running sweep of four trials; `change` replaces fields. */
export function summary(change: Partial<SweepSummary> = {}): SweepSummary {
  return {
    id: 'swp_01m84ag54vs1kkpjjxgg1zp6r7' as SweepSummary['id'],
    name: 'demo',
    status: 'running',
    reason: null,
    datasetId: 'dst_01m84ag54vs1kkpjjxgg1zp6r7' as SweepSummary['datasetId'],
    datasetName: 'eeg-synthetic',
    isSyntheticData: true,
    families: ['mlp'],
    counts: Object.fromEntries(
      trialStatuses.map((status) => [status, 0]),
    ) as SweepSummary['counts'],
    budgetTrials: 4,
    budgetEpochs: 10,
    epochsDone: 0,
    best: null,
    etaSeconds: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    sequence: 0,
    ...change,
  };
}

/** A row of the leaderboard without measurements. */
export function trialRow(number: number, status: TrialStatus): LeaderboardRow {
  return {
    id: `trl_${number}`,
    sweepId: 'swp_1',
    sweepName: 'demo',
    number,
    family: 'mlp',
    status,
    configuration: { family: 'mlp' },
    ...{ bestEpoch: null, trainAccuracy: null, validationAccuracy: null, overfittingGap: null },
    ...{ parameters: null, flops: null, epochs: 0, seconds: 0, diagnosis: null, attempts: 1 },
  };
}
