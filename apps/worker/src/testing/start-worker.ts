import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@starling/runtime';
import { onTestFinished } from 'vitest';
import { sha256Of } from '../artifacts/artifact-client.ts';
import { type RunningWorker, runWorker, type WorkerOptions } from '../run-worker.ts';
import { FakeCoordinator } from './fake-coordinator.ts';
import { createFakeSlot } from './fake-slot.ts';

const datasetBytes = new TextEncoder().encode('a data set that the fake slots never look into');
export const dataset = { sha256: sha256Of(datasetBytes), bytes: datasetBytes.byteLength };

/** Waits until something holds; fails with its name after some seconds. */
export async function until(what: string, holds: () => boolean, timeoutMs = 10_000) {
  const { vi } = await import('vitest');
  await vi.waitFor(
    () => {
      if (!holds()) throw new Error(`it did not come about that ${what}`);
    },
    { timeout: timeoutMs, interval: 5 },
  );
}

/** A coordinator that listens and holds the data set; gone after the test. */
export async function startCoordinator(): Promise<FakeCoordinator> {
  const coordinator = new FakeCoordinator();
  coordinator.artifacts.set(dataset.sha256, datasetBytes);
  await coordinator.comeBack();
  onTestFinished(() => coordinator.goAway());
  return coordinator;
}

/** A worker of fake slots at a coordinator, connected; ended after the test. */
export async function startWorker(
  coordinator: FakeCoordinator,
  overrides: Partial<WorkerOptions> = {},
): Promise<RunningWorker> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'starling-worker-'));
  const worker = runWorker({
    url: coordinator.url,
    token: coordinator.token,
    name: 'tester',
    slots: 2,
    cacheFolder,
    log: createLogger('worker', { level: 'silent' }),
    engine: { name: 'fake', build: 'fake' },
    createSlot: () => createFakeSlot(),
    answerTimeoutMs: 1000,
    backoff: { initialMs: 5, maximumMs: 50 },
    ...overrides,
  });
  onTestFinished(async () => {
    await worker.drain('the test is over', 0);
    await rm(cacheFolder, { recursive: true, force: true });
  });
  return worker;
}

/** Both, connected. */
export async function startPair(overrides: Partial<WorkerOptions> = {}) {
  const coordinator = await startCoordinator();
  const worker = await startWorker(coordinator, overrides);
  await until(
    'the worker is connected',
    () => worker.status.isConnected && coordinator.isConnected,
  );
  return { coordinator, worker };
}
