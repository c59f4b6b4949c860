import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertTestDataset } from '../scheduling/testing/test-house.ts';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';
import { FakeWorker } from './testing/fake-worker.ts';

describe('a sweep over sockets', () => {
  let coordinator: TestCoordinator;
  const workers: FakeWorker[] = [];
  beforeAll(async () => {
    coordinator = await startTestCoordinator();
    await insertTestDataset(coordinator.prisma, new Date());
  });
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.kill();
  });
  afterAll(() => coordinator.stop());

  async function startWorker(options: Partial<ConstructorParameters<typeof FakeWorker>[0]> = {}) {
    const { url, tokens } = coordinator;
    const worker = await new FakeWorker({ url, token: tokens.worker, ...options }).start();
    workers.push(worker);
    return worker;
  }

  let requests = 0;
  function createSweep(spec: Record<string, unknown> = {}) {
    return coordinator.client('operator').sweeps.create.mutate({
      requestId: `request-${++requests}`,
      spec: {
        name: 'over sockets',
        dataset: 'waves',
        budget: { trials: 6, epochs: 3 },
        space: { families: { mlp: {}, rnn: {} } },
        ...spec,
      },
    });
  }

  it('runs from the first trial to the ranked table', async () => {
    const sweep = await createSweep();
    await startWorker({ slots: 2 });
    await expect
      .poll(
        async () => (await coordinator.client('viewer').sweeps.get.query({ id: sweep.id })).status,
        {
          timeout: 20_000,
        },
      )
      .toBe('completed');
    const board = await coordinator
      .client('viewer')
      .sweeps.leaderboard.query({ sweepId: sweep.id });
    expect(board.total).toBe(6);
    expect(board.rows.map((row) => row.rank)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(board.rows.every((row) => row.status === 'completed' && row.epochs === 3)).toBe(true);
  });

  it('measures trials a second', async () => {
    const trials = 150;
    const began = performance.now();
    const sweep = await createSweep({ budget: { trials, epochs: 1 } });
    await startWorker({ slots: 8 });
    await expect
      .poll(
        async () => (await coordinator.client('viewer').sweeps.get.query({ id: sweep.id })).status,
        {
          timeout: 50_000,
          interval: 20,
        },
      )
      .toBe('completed');
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write(`${(trials / seconds).toFixed(1)} trials/s\n`);
  });
});
