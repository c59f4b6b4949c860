import { expect, it } from 'vitest';
import { countFailures, healthyAfterMs, restartDelayMs } from './backoff.ts';

it('waits longer with each fall in a row, up to a limit', () => {
  expect([1, 2, 3, 4, 7, 20].map(restartDelayMs)).toEqual([250, 500, 1000, 2000, 15_000, 15_000]);
});

it('forgives what fell before a healthy run', () => {
  expect(countFailures(5, 1_000)).toBe(6);
  expect(countFailures(5, healthyAfterMs)).toBe(1);
});
