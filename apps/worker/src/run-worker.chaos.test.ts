import { AppError } from '@starling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAssignment, buildTrial, trialIdOf } from './testing/assignments.ts';
import type { Mishap } from './testing/fake-coordinator.ts';
import { createFakeSlot, curveAt } from './testing/fake-slot.ts';
import { dataset, startPair, until } from './testing/start-worker.ts';

const curve = (seed: number, epochs: number) =>
  Array.from({ length: epochs }, (_, index) => curveAt(seed, index + 1));

const EPOCHS = 25;

describe('delivery', () => {
  it('loses and doubles nothing under random disconnections and refusals', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 0 }),
      answerTimeoutMs: 200,
    });
    const mishap = fc.oneof(
      { weight: 5, arbitrary: fc.constant<Mishap>('none') },
      { weight: 1, arbitrary: fc.constant<Mishap>('cut-before') },
      { weight: 1, arbitrary: fc.constant<Mishap>('cut-after') },
      {
        weight: 1,
        arbitrary: fc.constant<Mishap>(new AppError('database-unavailable', 'restarting')),
      },
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { maxLength: 12 }), async (mishaps) => {
        coordinator.mishap = () => 'none';
        await until('both are idle', () => worker.status.isConnected && worker.status.busy === 0);
        const numbers = [++number, ++number];
        for (const [index, each] of numbers.entries()) {
          await until('a worker is there', () => coordinator.isConnected);
          const assignment = buildAssignment(each, dataset, {
            slot: index + 1,
            rungs: { first: 5, every: 5 },
            checkpointEverySeconds: 0.001,
            trials: [buildTrial(each, { epochs: EPOCHS })],
          });
          await coordinator.assign(assignment);
        }
        const left = [...mishaps];
        coordinator.mishap = () => left.shift() ?? 'none';
        const trials = numbers.map((each) => coordinator.trials.get(trialIdOf(each)));
        await until('all are finished', () => trials.every((trial) => trial?.isRunning === false));
        trials.forEach((trial, index) => {
          expect(trial?.reports).toEqual(curve(numbers[index] ?? 0, EPOCHS));
          expect(trial?.result?.outcome).toBe('completed');
          expect(trial?.lastEpoch).toBe(EPOCHS);
        });
        await until('nothing is pending', () => worker.status.pendingFacts === 0);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('trains on while the coordinator is away and delivers all of it afterwards', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 2 }),
    });
    const trials = [buildTrial(1, { epochs: 60 })];
    await coordinator.assign(buildAssignment(1, dataset, { trials, checkpointEverySeconds: 0.01 }));
    const trial = coordinator.trials.get(trialIdOf(1));
    await until('it trains', () => (trial?.reports.length ?? 0) > 3);
    await coordinator.goAway();
    const before = trial?.reports.length ?? 0;
    await until('its reports pile up', () => worker.status.pendingFacts > 40);
    expect(trial?.reports).toHaveLength(before);
    await coordinator.comeBack();
    await until('it is finished', () => trial?.isRunning === false);
    expect(coordinator.hellos.at(-1)?.running).toMatchObject([
      { trialId: trialIdOf(1), attempt: 1 },
    ]);
    expect(trial?.reports).toEqual(curve(1, 60));
  });

  it('stops training, not reporting, when the outbox is full', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 2 }),
      outboxLimit: 10,
    });
    const trials = [buildTrial(1, { epochs: 200 })];
    await coordinator.assign(buildAssignment(1, dataset, { trials }));
    const trial = coordinator.trials.get(trialIdOf(1));
    await until('it trains', () => (trial?.reports.length ?? 0) > 3);
    await coordinator.goAway();
    await until('the outbox is full', () => worker.status.pendingFacts > 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(worker.status.pendingFacts).toBe(11);
    await coordinator.comeBack();
    await until('it is finished', () => trial?.isRunning === false);
    expect(trial?.reports).toEqual(curve(1, 200));
  });

  it('sends again what a restored coordinator has lost', async () => {
    const { coordinator } = await startPair({ createSlot: () => createFakeSlot({ epochMs: 5 }) });
    await coordinator.assign(
      buildAssignment(1, dataset, { trials: [buildTrial(1, { epochs: 40 })] }),
    );
    const trial = coordinator.trials.get(trialIdOf(1));
    await until('it trains', () => (trial?.reports.length ?? 0) > 10);
    trial?.reports.splice(4);
    await until('it is finished', () => trial?.isRunning === false);
    expect(trial?.reports).toEqual(curve(1, 40));
  });
});

describe('a drain', () => {
  it('ends the epoch, stores a checkpoint, hands back, says goodbye; another worker ends it the same', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 5 }),
    });
    const trials = [buildTrial(1, { epochs: 30 }), buildTrial(2, { epochs: 3 })];
    await coordinator.assign(buildAssignment(1, dataset, { trials }));
    const [first, second] = [1, 2].map((number) => coordinator.trials.get(trialIdOf(number)));
    await until('it trains', () => (first?.reports.length ?? 0) > 5);
    const draining = worker.drain('SIGTERM', 5000);
    await until('it drains', () => worker.status.isDraining);
    expect(await draining).toEqual({ kind: 'drained' });
    expect([first?.handedBack, second?.handedBack]).toEqual(['drain', 'drain']);
    expect(coordinator.goodbyes).toBe(1);
    const checkpoint = first?.checkpoints.at(-1);
    expect(checkpoint?.epoch).toBe(first?.reports.length);
    if (checkpoint === undefined) throw new Error('no checkpoint');

    const { startWorker } = await import('./testing/start-worker.ts');
    const other = await startWorker(coordinator);
    await until('the other is there', () => other.status.isConnected);
    await coordinator.assign(
      buildAssignment(2, dataset, {
        trials: [buildTrial(1, { attempt: 2, epochs: 30, resume: checkpoint })],
      }),
    );
    const resumed = coordinator.trials.get(trialIdOf(1));
    await until('it is finished', () => resumed?.isRunning === false);
    expect(resumed?.reports).toEqual(curve(1, 30));
  });

  it('takes nothing new', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 100 }),
    });
    await coordinator.assign(buildAssignment(1, dataset));
    await coordinator.send('worker.drain', { reason: 'an operator asked' });
    expect(await coordinator.assign(buildAssignment(2, dataset, { slot: 2 }))).toBe(false);
    expect(await worker.ended).toEqual({ kind: 'drained' });
  });

  it('hears the verdict of a rung before it hands back', async () => {
    const { coordinator, worker } = await startPair();
    const verdict = Promise.withResolvers<null>();
    coordinator.judge = async (_id, { epoch }) => {
      if (epoch !== 3) return null;
      await verdict.promise;
      return { kind: 'stop', rung: 3, reason: 'below the median' };
    };
    const rungs = { first: 3, every: 3 };
    const trials = [buildTrial(1, { epochs: 30 })];
    await coordinator.assign(buildAssignment(1, dataset, { rungs, trials }));
    const trial = coordinator.trials.get(trialIdOf(1));
    await until('it is at the rung', () => trial?.reports.length === 3);
    const draining = worker.drain('SIGTERM', 5000);
    verdict.resolve(null);
    expect(await draining).toEqual({ kind: 'drained' });
    expect(trial?.result).toMatchObject({ outcome: 'stopped', reason: 'below the median' });
  });

  it('is cut short when the coordinator does not come back', async () => {
    const { coordinator, worker } = await startPair({
      createSlot: () => createFakeSlot({ epochMs: 5 }),
    });
    await coordinator.assign(
      buildAssignment(1, dataset, { trials: [buildTrial(1, { epochs: 500 })] }),
    );
    const trial = coordinator.trials.get(trialIdOf(1));
    await until('it trains', () => (trial?.reports.length ?? 0) > 3);
    await coordinator.goAway();
    expect(await worker.drain('SIGTERM', 200)).toEqual({ kind: 'cut-short', attempts: 1 });
  });
});
