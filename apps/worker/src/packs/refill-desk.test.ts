import { setImmediate } from 'node:timers/promises';
import type { PackRefill } from '@starling/protocol';
import { expect, it } from 'vitest';
import { buildTrial } from '../testing/assignments.ts';
import { Attempt } from './attempt.ts';
import { RefillDesk } from './refill-desk.ts';

/** A desk of slot 3, an attempt that has finished an epoch, and time that is moved by hand. */
function openDesk(answer: () => Promise<boolean> = async () => true) {
  let nowMs = 0;
  const asks: PackRefill[] = [];
  const room = {
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    askRefill(ask: PackRefill) {
      asks.push(ask);
      return answer();
    },
  };
  const trial = buildTrial(1, { resume: { epoch: 4, sha256: 'a'.repeat(64) }, epochs: 9 });
  const ref = { packId: 'pck_1' as PackRefill['packId'], trialId: trial.trialId };
  const attempt = new Attempt({ ...ref, attempt: 1, slot: 3 }, trial);
  attempt.epoch = 5;
  const desk = new RefillDesk(room, 3);
  /** Offers room once a second; at which seconds that led to a request. */
  async function offerFor(seconds: number): Promise<number[]> {
    const at: number[] = [];
    for (let second = 0; second < seconds; second++) {
      const before = asks.length;
      desk.offer([attempt], 2);
      if (asks.length > before) at.push(second);
      nowMs += 1000;
      await setImmediate();
    }
    return at;
  }
  return { desk, asks, attempt, offerFor };
}

it('asks less and less often while nothing comes, and at once after something came', async () => {
  const { desk, asks, offerFor } = openDesk();
  expect(await offerFor(100)).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  expect(asks[0]).toEqual({ packId: 'pck_1', slot: 3, free: 2 });
  desk.settle();
  expect(await offerFor(4)).toEqual([0, 1, 3]);
});

it('asks once at a time, and no more where the coordinator knows no such event', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { asks, offerFor } = openDesk(() => promise);
  expect(await offerFor(20)).toEqual([0]);
  resolve(false);
  expect(await offerFor(100)).toEqual([]);
  expect(asks).toHaveLength(1);
});

it.each([
  ['rejects', () => Promise.reject(new Error('the line is down'))],
  [
    'throws',
    () => {
      throw new Error('there is no line');
    },
  ],
])('asks again later where a request %s', async (_, fail) => {
  const { asks, offerFor } = openDesk(fail);
  // A rejection that nobody caught would end the run of the tests.
  expect(await offerFor(20)).toEqual([0, 1, 3, 7, 15]);
  expect(asks).toHaveLength(5);
});

it('asks for nothing while a trial of the slot has yet to begin', async () => {
  const { attempt, offerFor } = openDesk();
  // What it resumed from is no epoch of this slot.
  attempt.epoch = 4;
  expect(await offerFor(5)).toEqual([]);
  attempt.epoch = 5;
  expect(await offerFor(1)).toEqual([0]);
});
