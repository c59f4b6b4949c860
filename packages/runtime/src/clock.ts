import type { Clock } from '@starling/domain';

/** The machine's own time. Everything else takes a Clock, so that tests can hold time still. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
