import { rankTrials, sweepIdSchema } from '@starling/domain';
import { expect, it } from 'vitest';
import { buildId } from './build-id.ts';
import { buildSweepSpec } from './build-sweep-spec.ts';
import { buildCurve, buildTrial } from './build-trial.ts';
import { buildWorkerHello } from './build-worker-hello.ts';
import { createFakeClock } from './fake-clock.ts';

it('holds time still until it is moved', () => {
  const clock = createFakeClock();
  const start = clock.nowMs();
  clock.advance(1500);
  expect(clock.nowMs() - start).toBe(1500);
  expect(clock.monotonicMs()).toBe(1500);
  expect(clock.now().toISOString()).toBe('2026-01-01T12:00:01.500Z');
  expect(() => clock.advance(-1)).toThrow(RangeError);
});

it('gives ids that are valid, the same every time, and in order', () => {
  expect(sweepIdSchema.parse(buildId('sweep', 1))).toBe(buildId('sweep', 1));
  expect(buildId('sweep', 1) < buildId('sweep', 2)).toBe(true);
});

it('builds what the schemas take, and refuses what they do not', () => {
  expect(buildSweepSpec({ seed: 7 }).seed).toBe(7);
  expect(() => buildSweepSpec({ budget: { trials: 0, epochs: 1 } })).toThrow(/budget.trials/);
  expect(buildWorkerHello(2).slots).toBe(2);
  const curve = buildCurve(5);
  expect(curve.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  expect(rankTrials([buildTrial(1), buildTrial(2, { validationAccuracy: 0.95 })])[0]?.number).toBe(
    2,
  );
});
