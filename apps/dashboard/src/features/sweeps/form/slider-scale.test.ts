import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromPosition,
  type SliderScale,
  TRACK_STEPS,
  toPosition,
  trackOf,
} from './slider-scale.ts';

const rate: SliderScale = { min: 1e-5, max: 1, scale: 'log', type: 'float' };
const width: SliderScale = { min: 1, max: 4096, scale: 'log', type: 'int' };
const dropout: SliderScale = { min: 0, max: 0.9, scale: 'linear', type: 'float' };

describe('positions', () => {
  it.each([
    [rate, 1e-5, 0],
    [rate, 1e-3, TRACK_STEPS * 0.4],
    [rate, 1, TRACK_STEPS],
    [width, 64, TRACK_STEPS / 2],
    [dropout, 0.45, TRACK_STEPS / 2],
    [dropout, 5, TRACK_STEPS],
    [rate, 0, 0],
  ])('%j puts %d at %d', (scale, value, position) =>
    expect(toPosition(value, scale)).toBe(position),
  );

  it('give round values, within the ends, in order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(rate, width, dropout),
        fc.integer({ min: 0, max: TRACK_STEPS - 1 }),
        (scale, position) => {
          const value = fromPosition(position, scale);
          expect(value).toBeGreaterThanOrEqual(scale.min);
          expect(value).toBeLessThanOrEqual(scale.max);
          expect(fromPosition(position + 1, scale)).toBeGreaterThanOrEqual(value);
          if (scale.type === 'int') expect(Number.isInteger(value)).toBe(true);
        },
      ),
    );
    expect(fromPosition(160, rate)).toBe(0.001);
    expect(fromPosition(133, dropout)).toBe(0.299);
  });
});

describe('tracks', () => {
  const decay = {
    type: 'float' as const,
    minimum: 0,
    maximum: 1,
    search: { minimum: 1e-6, maximum: 0.1 },
  };
  const units = {
    type: 'int' as const,
    minimum: 0,
    maximum: 4096,
    search: { minimum: 16, maximum: 128 },
  };

  it('never begin at zero on a log scale', () => {
    expect(trackOf(decay, 'log', { min: null, max: null }).min).toBeGreaterThan(0);
    expect(trackOf(units, 'log', { min: 0, max: 10 }).min).toBe(1);
  });

  it('are no wider than useful, and hold what is set', () => {
    expect(trackOf(units, 'linear', { min: null, max: null })).toMatchObject({ min: 0, max: 352 });
    expect(trackOf(units, 'linear', { min: 16, max: 4000 }).max).toBe(4096);
  });
});
