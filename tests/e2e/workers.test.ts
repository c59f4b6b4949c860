import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { SweepSpecInput, TrialDetail } from '@starling/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../support/processes.ts';
import { eventually, startStack, type TestStack } from '../support/stack.ts';
import { storedFiles } from '../support/stored-files.ts';
import { finish, launch, resultOf } from '../support/sweeps.ts';
import { createToken, type JoinedWorker, joinWorker, summaryOf } from '../support/workers.ts';

/** One trial of some seconds, with a checkpoint every second epoch. */
const spec: SweepSpecInput = {
  name: 'moving',
  dataset: 'eeg-synthetic',
  seed: 8,
  pruner: { kind: 'median', warmupEpochs: 2, everyEpochs: 2 },
  budget: { trials: 1, epochs: 40 },
  space: { families: { cnn: {} } },
  enqueue: [{ family: 'cnn', filters: 8 }],
};

describe('workers that join a running stack', () => {
  let stack: TestStack;
  let token: string;
  const joined: JoinedWorker[] = [];

  beforeAll(async () => {
    stack = await startStack({ slots: 0 });
    token = await createToken(stack, 'worker');
  });
  afterEach(async () => {
    const left = joined.splice(0);
    for (const worker of left) worker.kill('SIGTERM');
    await Promise.all(left.map(({ ended }) => ended));
  });
  afterAll(() => stack?.stop());

  /** Starts a worker that the end of its test stops, however that ends. */
  async function start(options: Parameters<typeof joinWorker>[1]): Promise<JoinedWorker> {
    const worker = await joinWorker(stack, options);
    joined.push(worker);
    return worker;
  }
  const join = (name: string, slots = 1) => start({ name, token, slots });

  async function trialOf(sweepId: string): Promise<TrialDetail | undefined> {
    const { rows } = await stack.api.sweeps.leaderboard.query({ sweepId });
    return rows[0] && stack.api.trials.get.query({ id: rows[0].id });
  }

  /** Waits until the sweep's one trial has trained so many epochs on a worker. */
  const trained = (sweepId: string, worker: JoinedWorker, epochs: number) =>
    eventually(`${epochs} epochs on ${worker.name}`, async () => {
      const trial = await trialOf(sweepId);
      const isThere = trial?.attemptLog.at(-1)?.workerName === worker.name;
      return isThere && trial.epochs >= epochs ? trial : undefined;
    });

  /** Undisturbed, on one worker: what the same sweep must give however it was disturbed. */
  let calm: unknown;

  it('appear in the fleet with their machine, slots and work', async () => {
    expect(await stack.api.fleet.list.query()).toEqual([]);
    // Beside the stack it needs no token made for it.
    const worker = await start({ name: 'bench', slots: 3, flags: ['--json'] });
    const id = await launch(stack, {
      ...spec,
      budget: { trials: 2, epochs: 40 },
      enqueue: [
        { family: 'cnn', filters: 8 },
        { family: 'mlp', width: 8 },
      ],
    });
    const busy = await eventually('a slot at work', async () => {
      const summary = await worker.summary();
      return summary.slots.filter(({ trials }) => trials.length > 0).length > 0
        ? summary
        : undefined;
    });
    expect(busy).toMatchObject({ name: 'bench', status: 'connected', engine: 'kernels' });
    expect(busy.engineBuild).toMatch(/relaxed|simd/);
    expect(busy.machine.host).toBe(hostname());
    expect(isAlive(busy.machine.processId)).toBe(true);
    expect(busy.machine.cores).toBeGreaterThan(0);
    expect(busy.slots.map(({ slot }) => slot)).toEqual([1, 2, 3]);
    const work = busy.slots.flatMap(({ trials }) => trials);
    expect(work[0]).toMatchObject({ sweepId: id, sweepName: 'moving', epochsPlanned: 40 });
    expect(Date.now() - Date.parse(busy.lastHeartbeatAt)).toBeLessThan(30_000);
    const shown = await stack.starling('fleet');
    expect(shown.stdout).toMatch(
      /bench +connected +kernels\S* +\S+, \d+ cores, .+ 3 +\S+ ago +#1 cnn/,
    );

    const trials = await finish(stack, id);
    expect(trials.map(({ attemptLog }) => attemptLog[0]?.workerName)).toEqual(['bench', 'bench']);
    calm = trials[0] && resultOf(trials[0]);
    await stack.api.fleet.drain.mutate({ id: busy.id });
    const { status, stdout } = await worker.ended;
    expect(status, worker.said()).toBe(0);
    expect(await summaryOf(stack, 'bench'), 'it said goodbye').toBeUndefined();
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(said.filter((line) => 'outcome' in line)).toMatchObject([
      { outcome: 'completed', epochs: 40, msg: 'a trial ended' },
      { outcome: 'completed', epochs: 40, msg: 'a trial ended' },
    ]);
  });

  it('hand their trials back at SIGTERM, to be finished elsewhere', async () => {
    const both = [await join('one'), await join('other')];
    const id = await launch(stack, spec);
    const moved = await eventually('a trial under way', async () => {
      const trial = await trialOf(id);
      return trial !== undefined && trial.epochs >= 3 ? trial : undefined;
    });
    const runner = moved.attemptLog[0]?.workerName;
    const first = both.find(({ name }) => name === runner);
    const second = both.find(({ name }) => name !== runner);
    if (first === undefined || second === undefined) throw new Error(`${runner} runs it`);
    const askedAt = performance.now();
    first.kill('SIGTERM');
    expect((await first.ended).status, first.said()).toBe(0);
    console.log(`drained in ${((performance.now() - askedAt) / 1000).toFixed(1)} s`);
    expect(first.said()).toContain('draining: running trials are checkpointed and handed back');
    expect(await summaryOf(stack, first.name), 'it said goodbye').toBeUndefined();
    const [trial] = await finish(stack, id);
    expect(trial?.attemptLog).toMatchObject([
      { workerName: first.name, ending: 'handed-back', resumedFromEpoch: 0 },
      { workerName: second.name, ending: 'finished' },
    ]);
    expect(trial?.attemptLog[1]?.resumedFromEpoch).toBeGreaterThanOrEqual(3);
    expect(trial && resultOf(trial)).toEqual(calm);
    second.kill('SIGTERM');
    expect((await second.ended).status, second.said()).toBe(0);
  });

  it('lose their lease at SIGKILL, and another slot goes on from the checkpoint', async () => {
    const before = (await storedFiles(stack)).length;
    const first = await join('dies');
    const id = await launch(stack, { ...spec, budget: { trials: 1, epochs: 20_000 } });
    const second = await join('inherits');
    await eventually('a checkpoint to be stored', async () =>
      (await storedFiles(stack)).length > before ? true : undefined,
    );
    await trained(id, first, ((await trialOf(id))?.epochs ?? 0) + 1);
    const killedAt = performance.now();
    first.murder();
    const resumed = await trained(id, second, 1);
    console.log(`resumed ${((performance.now() - killedAt) / 1000).toFixed(1)} s after SIGKILL`);
    expect(resumed.attemptLog).toMatchObject([
      { workerName: 'dies', ending: 'worker-lost', resumedFromEpoch: 0 },
      { workerName: 'inherits', ending: null },
    ]);
    const from = resumed.attemptLog[1]?.resumedFromEpoch ?? 0;
    expect(from).toBeGreaterThan(0);
    expect((await first.ended).status).not.toBe(0);
    expect((await first.summary()).status).toBe('lost');
    const further = await trained(id, second, resumed.epochs + 2);
    expect(further.reports.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: further.epochs }, (_, index) => index + 1),
    );
    await stack.api.sweeps.cancel.mutate({ id });
    second.kill('SIGTERM');
    expect((await second.ended).status, second.said()).toBe(0);
  });

  it.each(['admin', 'operator', 'viewer', 'client'])(
    'refuse to start on a token of role %s',
    async (role) => {
      const worker = await start({
        ...{ name: `as-${role}`, token: await createToken(stack, role), waits: false },
      });
      const outcome = await Promise.race([worker.ended, delay(60_000, undefined)]);
      worker.kill('SIGKILL');
      expect(outcome, `it must end, and said:\n${worker.said()}`).toBeDefined();
      expect(outcome?.status).toBe(1);
      expect(worker.said()).toContain('the coordinator refused this worker');
      expect(worker.said()).toContain(`role ${role}`);
      expect(await summaryOf(stack, worker.name)).toBeUndefined();
    },
  );

  it('end with clear words on a token that is unknown or gets revoked', async () => {
    const stranger = await start({
      ...{ name: 'stranger', token: 'stl_nobody-knows-this-one-at-all', waits: false },
    });
    const outcome = await Promise.race([stranger.ended, delay(60_000, undefined)]);
    stranger.kill('SIGKILL');
    expect(outcome?.status, stranger.said()).toBe(1);
    expect(stranger.said()).toContain('not known here, or it was revoked');

    const made = await stack.starling(
      ...['token', 'create', '--role', 'worker', '--name', 'short', '--json'],
    );
    const { token: text, summary } = JSON.parse(made.stdout) as {
      token: string;
      summary: { tokenId: string };
    };
    const worker = await start({ name: 'revoked', token: text });
    const revoked = await stack.starling('token', 'revoke', summary.tokenId);
    expect(revoked.status, revoked.stderr).toBe(0);
    const end = await Promise.race([worker.ended, delay(60_000, undefined)]);
    worker.kill('SIGKILL');
    expect(end?.status, worker.said()).toBe(1);
    expect(worker.said()).toContain('the coordinator refused this worker');
  });

  it('say that nobody answers, go on trying, and end when asked', async () => {
    const worker = await start({
      ...{ name: 'lonely', token, url: 'http://127.0.0.1:9', waits: false },
    });
    await eventually(
      'words',
      () => (worker.said().includes('cannot reach the coordinator') ? true : undefined),
      60_000,
    );
    expect(worker.said()).toContain('http://127.0.0.1:9');
    worker.kill('SIGTERM');
    const end = await Promise.race([worker.ended, delay(60_000, undefined)]);
    expect(end?.status, worker.said()).toBe(0);
  });
});
