import type { SweepSpecInput } from '@starling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Part, startStack, type TestStack } from '../support/stack.ts';
import { finish, launch, resultOf } from '../support/sweeps.ts';

const TRIALS = 10;

const spec: SweepSpecInput = {
  name: 'chaos',
  dataset: 'eeg-synthetic',
  seed: 7,
  budget: { trials: TRIALS, epochs: 12 },
  space: {
    parameters: { learningRate: { type: 'float', min: 1e-4, max: 1e-2, scale: 'log' } },
    families: { mlp: {}, cnn: {} },
  },
  enqueue: [{ family: 'cnn-baseline' }, { family: 'mlp-baseline' }],
};

/** A sweep that is killed all over must end as one that was left alone. */
describe('a sweep whose processes are killed', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({ slots: 2 });
  });
  afterAll(() => stack?.stop());

  async function epochsDone(sweepId: string): Promise<number> {
    return (await stack.api.sweeps.get.query({ id: sweepId })).epochsDone;
  }

  async function killDuringWork(part: Part, sweepId: string): Promise<void> {
    const before = await epochsDone(sweepId);
    await eventually(`work before ${part} is killed`, async () =>
      (await epochsDone(sweepId)) > before + 3 ? true : undefined,
    );
    const sweep = await stack.api.sweeps.get.query({ id: sweepId });
    expect(sweep.status, `the sweep must still run when ${part} is killed`).toBe('running');
    const pids = stack.pidsOf(part);
    expect(pids, `${part} must be found to be killed`).toHaveLength(1);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await eventually(`${part} to be back`, () => {
      const now = stack.pidsOf(part);
      return now.length === 1 && now[0] !== pids[0] ? now : undefined;
    });
    const after = await eventually('the API to answer again', () => epochsDone(sweepId));
    await eventually(`work after ${part} was killed`, async () =>
      (await epochsDone(sweepId)) > after ? true : undefined,
    );
  }

  it('finishes with every trial once, the exact budget and the same bits as one left alone', async () => {
    const disturbed = await launch(stack, spec);
    await killDuringWork('worker', disturbed);
    await killDuringWork('coordinator', disturbed);
    await killDuringWork('postgres', disturbed);
    const chaos = await finish(stack, disturbed);

    const calm = await finish(
      stack,
      await launch(stack, { ...spec, name: 'calm', budget: { ...spec.budget, concurrency: 1 } }),
    );

    expect(chaos.map(({ number }) => number)).toEqual(
      Array.from({ length: TRIALS }, (_, i) => i + 1),
    );
    expect(chaos.map(({ status }) => status)).toEqual(chaos.map(() => 'completed'));
    for (const trial of chaos) {
      expect(trial.reports.map(({ epoch }) => epoch)).toEqual(trial.reports.map((_, i) => i + 1));
      expect(trial.attemptLog.filter(({ ending }) => ending === 'finished')).toHaveLength(1);
    }
    expect(
      Math.max(...chaos.map(({ attempts }) => attempts)),
      'the killed worker must have cost an attempt',
    ).toBeGreaterThan(1);
    expect(calm.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(chaos.map(resultOf)).toEqual(calm.map(resultOf));
  });
});
