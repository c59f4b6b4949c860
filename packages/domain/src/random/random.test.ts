import { describe, expect, it } from 'vitest';
import { philox4x32 } from './philox.ts';
import { createRandom, trialSeed } from './random.ts';

describe('philox4x32', () => {
  // Known answers of philox 4x32 10 from Random123 1.14, tests/kat_vectors.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('matches the published vector %#', (counter, key, expected) => {
    expect(philox4x32(counter, key)).toEqual([...expected]);
  });
});

describe('createRandom', () => {
  it('gives the same numbers for the same name and others for another', () => {
    const draw = (...parts: (string | number)[]) => {
      const random = createRandom(7, ...parts);
      return Array.from({ length: 8 }, () => random.uint32());
    };
    expect(draw('order', 3)).toEqual(draw('order', 3));
    expect(draw('order', 3)).not.toEqual(draw('order', 4));
    expect(draw('order', '3')).not.toEqual(draw('order', 3));
    expect(draw('a', 'bc')).not.toEqual(draw('ab', 'c'));
  });

  it('is uniform: mean, variance and integer frequencies within five standard errors', () => {
    const random = createRandom(1, 'uniform');
    const n = 20_000;
    const values = Array.from({ length: n }, () => random.uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    const counts = new Array<number>(7).fill(0);
    for (let index = 0; index < n; index++) {
      const face = random.integer(7);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - n / 7)).toBeLessThan(5 * Math.sqrt(n / 7));
  });

  it('has normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(2, 'normal');
    const n = 20_000;
    const values = Array.from({ length: n }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('shuffles into a permutation', () => {
    const items = createRandom(3, 'shuffle').shuffle(
      Uint32Array.from({ length: 100 }, (_, i) => i),
    );
    expect([...items]).not.toEqual([...items].sort((a, b) => a - b));
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('refuses a bound that is no positive integer', () => {
    expect(() => createRandom(1).integer(0)).toThrow(RangeError);
  });

  it('gives trials of a sweep distinct seeds that depend on nothing else', () => {
    const seeds = new Set(Array.from({ length: 1000 }, (_, index) => trialSeed(1, index + 1)));
    expect(seeds.size).toBe(1000);
    expect(trialSeed(1, 1)).toBe(trialSeed(1, 1));
    expect(trialSeed(2, 1)).not.toBe(trialSeed(1, 1));
  });
});
