import { expect, it } from 'vitest';
import { after, every, sleep, withDeadline } from './timers.ts';

it('sleeps, or wakes with the reason of an abort', async () => {
  await sleep(1);
  const controller = new AbortController();
  const sleeping = sleep(60_000, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(sleep(1, { signal: controller.signal })).rejects.toThrow('enough');
});

it('runs a task after a while, unless cancelled', async () => {
  let runs = 0;
  after(1, () => runs++);
  after(1, () => runs++).cancel();
  await sleep(20);
  expect(runs).toBe(1);
});

it('repeats without overlap, goes on after a failure, and waits for the last run', async () => {
  let active = 0;
  let mostActive = 0;
  let runs = 0;
  const errors: unknown[] = [];
  const repetition = every(
    1,
    async () => {
      runs++;
      active++;
      mostActive = Math.max(mostActive, active);
      await sleep(5);
      active--;
      if (runs === 1) throw new Error('first');
    },
    { onError: (error) => errors.push(error) },
  );
  while (runs < 3) await sleep(1);
  await repetition.stop();
  expect(active).toBe(0);
  expect(mostActive).toBe(1);
  expect(errors).toEqual([new Error('first')]);
  const before = runs;
  await sleep(20);
  expect(runs).toBe(before);
});

it('begins at once where asked to', async () => {
  let runs = 0;
  const repetition = every(60_000, () => runs++, { onError: () => {}, isImmediate: true });
  await sleep(20);
  await repetition.stop();
  expect(runs).toBe(1);
});

it('gives work a deadline', async () => {
  await expect(withDeadline(1000, 'quick', Promise.resolve(7))).resolves.toBe(7);
  await expect(withDeadline(5, 'the fit', new Promise(() => {}))).rejects.toMatchObject({
    code: 'timed-out',
    message: 'the fit took longer than 5 ms',
  });
});
