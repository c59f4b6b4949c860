import { resolveConfiguration, type SweepSpec } from '@starling/domain';
import type { Suggestion } from './sampler.ts';

/** The fixed point with this number, tried before anything is sampled; none beyond the last. */
export function enqueuedPoint(
  points: SweepSpec['enqueue'],
  number: number,
): Suggestion | undefined {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`trials are numbered from 1, got ${number}`);
  }
  const point = points[number - 1];
  if (point === undefined) return undefined;
  return {
    number,
    configuration: resolveConfiguration(point),
    reason: `fixed point ${number} of ${points.length}, enqueued first`,
    drawn: 0,
  };
}
