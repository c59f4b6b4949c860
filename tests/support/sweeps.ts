import type { EpochReport, SweepSpecInput, TrialDetail } from '@starling/domain';
import { eventually, type TestStack } from './stack.ts';

let requests = 0;

/** Launches a sweep through the API; returns its id. */
export async function launch(stack: TestStack, spec: SweepSpecInput): Promise<string> {
  requests++;
  const requestId = `test-${process.pid}-${requests}-${spec.name}`.slice(0, 64);
  const sweep = await stack.api.sweeps.create.mutate({ requestId, spec });
  return sweep.id;
}

/** Waits until a sweep is over and returns every trial in full, by number. */
export async function finish(
  stack: TestStack,
  sweepId: string,
  timeoutMs = 300_000,
): Promise<TrialDetail[]> {
  await eventually(
    `sweep ${sweepId} to be over`,
    async () => {
      const sweep = await stack.api.sweeps.get.query({ id: sweepId });
      return sweep.status === 'running' || sweep.status === 'paused' ? undefined : sweep;
    },
    timeoutMs,
  );
  const { rows } = await stack.api.sweeps.leaderboard.query({ sweepId });
  const trials = await Promise.all(rows.map(({ id }) => stack.api.trials.get.query({ id })));
  return trials.sort((a, b) => a.number - b.number);
}

/** What must be equal between two runs of one sweep: everything but time, place and attempts. */
export function resultOf(trial: TrialDetail) {
  const untimed = ({ seconds: _seconds, ...report }: EpochReport) => report;
  return {
    number: trial.number,
    status: trial.status,
    seed: trial.seed,
    configuration: trial.configuration,
    reports: trial.reports.map(untimed),
    bestEpoch: trial.bestEpoch,
    confusionMatrix: trial.confusionMatrix,
    weightsSha256: trial.weightsSha256,
    diagnosis: trial.diagnosis,
  };
}
