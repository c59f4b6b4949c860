import { namespaces, type SweepDelta, type WatchAnswer } from '@starling/protocol';
import { sleep } from '@starling/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ImportProgressBus } from '../datasets/import-progress-bus.ts';
import { eventually } from '../fleet/testing/eventually.ts';
import { FakeWorker } from '../fleet/testing/fake-worker.ts';
import { openSocket, type RawSocket } from '../fleet/testing/open-socket.ts';
import { readState, replayDeltas } from '../scheduling/testing/read-state.ts';
import { insertTestDataset } from '../scheduling/testing/test-house.ts';
import { SweepChanges } from '../sweeps/change-sweep.ts';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';
import { maximumCatchUp } from './live-sweeps.ts';

describe('live pages', () => {
  let coordinator: TestCoordinator;
  const open: RawSocket[] = [];
  const workers: FakeWorker[] = [];
  beforeAll(async () => {
    coordinator = await startTestCoordinator();
    await insertTestDataset(coordinator.prisma, new Date());
  });
  afterEach(async () => {
    for (const { socket } of open.splice(0)) socket.disconnect();
    await Promise.all(workers.splice(0).map((worker) => worker.leave()));
  });
  afterAll(() => coordinator.stop());

  async function openPage() {
    const { url, tokens } = coordinator;
    const page = await openSocket(url, namespaces.live, { token: tokens.viewer });
    open.push(page);
    return page;
  }

  /** A page that applies deltas as a dashboard does: by sequence number, never twice. */
  async function watch(sweepId: string, since: number | null) {
    const page = await openPage();
    const deltas: SweepDelta[] = [];
    let last = since ?? 0;
    const holes: number[] = [];
    const apply = (delta: SweepDelta): void => {
      if (delta.sequence <= last) return;
      if (delta.sequence !== last + 1) holes.push(delta.sequence);
      last = delta.sequence;
      deltas.push(delta);
    };
    const early: SweepDelta[] = [];
    let isReady = false;
    page.socket.on('sweep.delta', (delta: SweepDelta) => {
      if (isReady) apply(delta);
      else early.push(delta);
    });
    const answer = (await page.say('sweep.watch', { sweepId, since })) as WatchAnswer;
    if (answer.kind === 'reset') last = answer.sequence;
    else for (const delta of answer.deltas) apply(delta);
    for (const delta of early) apply(delta);
    isReady = true;
    return { page, answer, deltas, holes, last: () => last };
  }

  async function startWorker(slots = 2, epochMs = 5): Promise<void> {
    const { url, tokens } = coordinator;
    workers.push(await new FakeWorker({ url, token: tokens.worker, slots, epochMs }).start());
  }

  let requests = 0;
  async function createSweep(trials: number): Promise<string> {
    const sweep = await coordinator.client('operator').sweeps.create.mutate({
      requestId: `live-request-${++requests}`,
      spec: {
        name: 'watched',
        dataset: 'waves',
        budget: { trials, epochs: 3 },
        space: { families: { mlp: {} } },
      },
    });
    return sweep.id;
  }

  async function isOver(sweepId: string): Promise<boolean> {
    const found = await coordinator.prisma.sweep.findUniqueOrThrow({ where: { id: sweepId } });
    return found.finishedAt !== null;
  }

  it('see a sweep from its first delta to its last, without a hole', async () => {
    const sweepId = await createSweep(5);
    const page = await watch(sweepId, 0);
    await startWorker();
    await eventually(() => isOver(sweepId)).toBe(true);
    const { sweep, events } = await readState(coordinator.prisma, sweepId);
    await eventually(page.last).toBe(sweep.liveSequence);
    expect(page.holes).toEqual([]);
    expect(page.deltas.map(({ sequence }) => sequence)).toEqual(
      events.map((event) => event.sequence),
    );
    const shown = replayDeltas(
      page.deltas.map(({ sequence, changes }) => ({ sequence, payload: changes })) as never,
    );
    expect(shown.summary).toMatchObject({ status: 'completed', counts: { completed: 5 } });
    expect(shown.summary?.etaSeconds).toBe(0);
    expect([...shown.curves.values()]).toEqual(Array.from({ length: 5 }, () => [1, 2, 3]));
  });

  it('catch up after a lost connection, without a gap or a duplicate', async () => {
    const sweepId = await createSweep(6);
    const before = await watch(sweepId, 0);
    await startWorker();
    await eventually(() => before.last()).toBeGreaterThan(5);
    before.page.socket.disconnect();
    const since = before.last();
    await sleep(100);
    const after = await watch(sweepId, since);
    expect(after.answer.kind).toBe('deltas');
    await eventually(() => isOver(sweepId)).toBe(true);
    const { sweep } = await readState(coordinator.prisma, sweepId);
    await eventually(after.last).toBe(sweep.liveSequence);
    expect([...before.holes, ...after.holes]).toEqual([]);
    const all = [...before.deltas, ...after.deltas].map(({ sequence }) => sequence);
    expect(all).toEqual(Array.from({ length: sweep.liveSequence }, (_, index) => index + 1));
  });

  it('are told to load anew where they have nothing, too little or the impossible', async () => {
    const sweepId = await createSweep(1);
    expect((await watch(sweepId, null)).answer).toEqual({ kind: 'reset', sequence: 1 });
    expect((await watch(sweepId, 99)).answer).toEqual({ kind: 'reset', sequence: 1 });
    expect((await watch(sweepId, 1)).answer).toEqual({ kind: 'deltas', sequence: 1, deltas: [] });
    await coordinator.prisma.sweepEvent.deleteMany({ where: { sweepId } });
    expect((await watch(sweepId, 0)).answer).toEqual({ kind: 'reset', sequence: 1 });
    const data = Array.from({ length: maximumCatchUp + 1 }, (_, index) => ({
      sweepId,
      sequence: index + 1,
      payload: [],
      createdAt: new Date(),
    }));
    await coordinator.prisma.sweepEvent.createMany({ data });
    const liveSequence = data.length;
    await coordinator.prisma.sweep.update({ where: { id: sweepId }, data: { liveSequence } });
    expect((await watch(sweepId, 0)).answer).toEqual({ kind: 'reset', sequence: liveSequence });
    const behind = await watch(sweepId, 1);
    expect(behind.answer).toMatchObject({ kind: 'deltas', sequence: liveSequence });
    await coordinator.client('operator').sweeps.cancel.mutate({ id: sweepId });
  });

  it('cannot watch what is not there', async () => {
    const page = await openPage();
    const sweepId = `swp_${'0'.repeat(26)}`;
    await expect(page.say('sweep.watch', { sweepId, since: null })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('hear no more of a sweep that they no longer watch', async () => {
    const sweepId = await createSweep(1);
    const page = await watch(sweepId, 0);
    expect(await page.page.say('sweep.unwatch', { sweepId })).toEqual({});
    await coordinator.client('operator').sweeps.cancel.mutate({ id: sweepId });
    await sleep(200);
    expect(page.last()).toBe(1);
  });

  it('see lists of sweeps and the fleet move', async () => {
    const page = await openPage();
    const statuses: string[] = [];
    const fleets: number[] = [];
    page.socket.on('sweeps.changed', (sweep: { status: string }) => statuses.push(sweep.status));
    page.socket.on('fleet.changed', (fleet: { slots: { packId: string | null }[] }[]) =>
      fleets.push(
        fleet.flatMap(({ slots }) => slots).filter(({ packId }) => packId !== null).length,
      ),
    );
    await page.say('sweeps.watch', {});
    expect(await page.say('fleet.watch', {})).toEqual({ workers: expect.any(Array) });
    const sweepId = await createSweep(30);
    // Slow enough that a picture is taken while both slots are busy.
    await startWorker(2, 1000);
    await eventually(() => fleets).toContain(2);
    await coordinator.client('operator').sweeps.cancel.mutate({ id: sweepId });
    await eventually(() => statuses.at(-1)).toBe('cancelled');
    expect(statuses[0]).toBe('running');
  });

  it('see the progress of an import, the newest at once', async () => {
    const bus = coordinator.app.get(ImportProgressBus, { strict: false });
    const progress = { stage: 'reading' as const, rows: 1, bytesRead: 10, totalBytes: 100 };
    bus.publish({ requestId: 'import-1', progress });
    const page = await openPage();
    const seen: { progress: { rows: number } }[] = [];
    page.socket.on('import.progress', (event) => seen.push(event));
    await page.say('import.watch', { requestId: 'import-1' });
    bus.publish({ requestId: 'import-1', progress: { ...progress, rows: 2 } });
    bus.publish({ requestId: 'import-2', progress: { ...progress, rows: 3 } });
    await eventually(() => seen.map((event) => event.progress.rows)).toEqual([1, 2]);
  });

  it('old deltas are let go beyond those kept, in the same transaction', async () => {
    const sweepId = await createSweep(1);
    const { prisma } = coordinator;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const changes = new SweepChanges({ prisma, clock, keptDeltas: 50 });
    for (let change = 0; change < 120; change++) {
      await changes.change(sweepId, async (draft) => draft.countsChanged());
    }
    const { events, sweep } = await readState(prisma, sweepId);
    expect(events.at(-1)?.sequence).toBe(sweep.liveSequence);
    expect(events[0]?.sequence).toBe(51);
    await coordinator.client('operator').sweeps.cancel.mutate({ id: sweepId });
  });
});
