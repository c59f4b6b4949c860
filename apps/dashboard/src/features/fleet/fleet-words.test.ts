import { type WorkerSummary, workerSummarySchema } from '@starling/domain';
import { expect, it } from 'vitest';
import { sortWorkers, sumFleet } from './fleet-words.ts';

const BODY = '01h000000000000000000000';

function worker(number: number, change: Record<string, unknown> = {}): WorkerSummary {
  return workerSummarySchema.parse({
    id: `wrk_${BODY}${String(number).padStart(2, '0')}`,
    name: `worker-${number}`,
    status: 'connected',
    engine: 'kernels',
    engineBuild: 'simd',
    machine: {
      host: 'rack-1',
      platform: 'linux',
      arch: 'x64',
      cpu: 'a CPU',
      cores: 8,
      memoryBytes: 1000,
      nodeVersion: 'v26.0.0',
      processId: 1,
    },
    slots: [
      { slot: 1, packId: null, trials: [] },
      {
        slot: 2,
        packId: null,
        trials: [
          {
            trialId: `trl_${BODY}00`,
            number: 1,
            sweepId: `swp_${BODY}00`,
            sweepName: 's',
            family: 'mlp',
            epoch: 1,
            epochsPlanned: 3,
          },
        ],
      },
    ],
    connectedAt: '2026-01-01T00:00:00.000Z',
    lastHeartbeatAt: '2026-01-01T00:00:00.000Z',
    ...change,
  });
}

it('workers stand by state, then name', () => {
  const workers = [
    worker(1, { status: 'gone' }),
    worker(2, { status: 'lost' }),
    worker(4),
    worker(3),
    worker(5, { status: 'draining' }),
  ];
  expect(sortWorkers(workers).map(({ name }) => name)).toEqual([
    'worker-3',
    'worker-4',
    'worker-5',
    'worker-2',
    'worker-1',
  ]);
});

it('sums count a machine once, and nothing of workers that are not there', () => {
  const elsewhere = { ...worker(3).machine, host: 'rack-2' };
  const workers = [
    worker(1),
    worker(2),
    worker(3, { machine: elsewhere, status: 'draining' }),
    worker(4, { status: 'lost', machine: { ...elsewhere, host: 'rack-3' } }),
    worker(5, { status: 'gone' }),
  ];
  expect(sumFleet(workers)).toEqual({
    present: 3,
    busySlots: 3,
    slots: 6,
    trials: 3,
    cores: 16,
    memoryBytes: 2000,
  });
});
