import { sweepIdSchema } from '@starling/domain';
import { expect, it } from 'vitest';
import { newId } from './new-id.ts';

it('makes ids of the kind, ordered by time, that differ in one millisecond', () => {
  const at = (nowMs: number) => newId('sweep', { nowMs: () => nowMs, monotonicMs: () => 0 });
  const ids = Array.from({ length: 100 }, () => at(1_700_000_000_000));
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(sweepIdSchema.safeParse(id).success).toBe(true);
  const times = [1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2_000_000_000_000];
  const ordered = times.map(at);
  expect([...ordered].sort()).toEqual(ordered);
});
