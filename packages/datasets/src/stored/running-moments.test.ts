import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunningMoments } from './running-moments.ts';

function momentsOf(rows: readonly Float32Array[]): { mean: number[]; scale: number[] } {
  const moments = new RunningMoments(rows[0]?.length ?? 0);
  for (const row of rows) moments.add(row, 0);
  const { mean, scale } = moments.finish();
  return { mean: [...mean], scale: [...scale] };
}

describe('running moments', () => {
  test('agree with two passes in 64 bits', () => {
    const row = fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (table) => {
        const rows = table.map((values) => Float32Array.from(values));
        const { mean, scale } = momentsOf(rows);
        for (let column = 0; column < 3; column++) {
          const values = rows.map((of) => of[column] as number);
          const center = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance =
            values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length;
          expect(mean[column]).toBeCloseTo(center, -Math.log10(1e-6 * (1 + Math.abs(center))) - 1);
          const deviation = Math.sqrt(variance);
          if (deviation > 1e-3 * (1 + Math.abs(center))) {
            expect((scale[column] as number) / deviation).toBeCloseTo(1, 5);
          }
        }
      }),
    );
  });

  test('keep their digits far from zero, where a sum of squares would cancel', () => {
    const rows = [0, 1, 2, 3].map((step) => Float32Array.of(16_000_000 + step));
    expect(momentsOf(rows).scale[0]).toBeCloseTo(Math.sqrt(1.25), 6);
  });

  test('give a constant column scale 1', () => {
    const rows = Array.from({ length: 1000 }, () => Float32Array.of(0.1, 0, -3e38));
    expect(momentsOf(rows).scale).toEqual([1, 1, 1]);
  });

  test('repeat along a row of several steps', () => {
    const moments = new RunningMoments(2);
    moments.add(Float32Array.of(1, 10, 3, 30), 0);
    moments.add(Float32Array.of(1, 10, 3, 30), 2);
    const { mean, scale } = moments.finish(3);
    expect([...mean]).toEqual([2, 20, 2, 20, 2, 20]);
    expect([...scale]).toEqual([1, 10, 1, 10, 1, 10]);
  });
});
