import type { Clock } from '@starling/domain';

export interface FakeClock extends Clock {
  /** Moves time on by so many milliseconds; it never moves by itself. */
  advance(ms: number): void;
  /** The moment that it shows, as the stores take it. */
  now(): Date;
}

/** A clock that stands still; at noon of the first day of 2026 (UTC) unless told otherwise. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1, 12)): FakeClock {
  let elapsedMs = 0;
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    now: () => new Date(startMs + elapsedMs),
    advance(ms) {
      if (ms < 0) throw new RangeError('time does not go back');
      elapsedMs += ms;
    },
  };
}
