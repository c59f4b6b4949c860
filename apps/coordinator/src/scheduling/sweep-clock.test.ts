import { describe, expect, it } from 'vitest';
import { canJudgeLeases } from './judge-leases.ts';
import {
  activeMsOf,
  clockColumnsOf,
  deadlineOf,
  haltClock,
  startClock,
  sweepClockOf,
} from './sweep-clock.ts';

describe('the clock of a sweep', () => {
  it('does not count paused time', () => {
    let clock = startClock({ activeMs: 0, runningSinceMs: null }, 1000);
    expect(activeMsOf(clock, 5000)).toBe(4000);
    clock = haltClock(clock, 5000);
    expect(activeMsOf(clock, 999_000)).toBe(4000);
    clock = startClock(clock, 999_000);
    expect(activeMsOf(clock, 1_000_000)).toBe(5000);
  });

  it('goes on when it is started twice', () => {
    const clock = startClock({ activeMs: 0, runningSinceMs: 1000 }, 4000);
    expect(activeMsOf(clock, 5000)).toBe(4000);
  });

  it('moves the deadline by the time paused', () => {
    const clock = { activeMs: 90_000, runningSinceMs: 500_000 };
    expect(deadlineOf(clock, 2)).toEqual(new Date(530_000));
    expect(deadlineOf(clock, null)).toBeNull();
    expect(deadlineOf(haltClock(clock, 510_000), 2)).toBeNull();
  });

  it('comes back from its columns as it went', () => {
    const clock = { activeMs: 12_345, runningSinceMs: 67_890 };
    expect(sweepClockOf(clockColumnsOf(clock))).toEqual(clock);
  });
});

describe('canJudgeLeases', () => {
  it.each([
    ['before the first good look', 100_000, null, false],
    ['right after a start', 100_000, 95_000, false],
    ['a whole lease after a start', 105_000, 95_000, true],
  ])('%s', (_, nowMs, healthySinceMs, can) => {
    expect(canJudgeLeases(nowMs, healthySinceMs, 10_000)).toBe(can);
  });
});
