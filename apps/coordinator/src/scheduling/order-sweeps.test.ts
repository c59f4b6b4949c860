import { describe, expect, it } from 'vitest';
import { orderSweeps } from './order-sweeps.ts';

const sweep = (sweepId: string, alive: number, createdAtMs: number) => ({
  sweepId,
  alive,
  createdAtMs,
});

describe('orderSweeps', () => {
  it.each([
    ['fewest alive first', [sweep('a', 2, 1), sweep('b', 0, 2), sweep('c', 1, 3)], 'bca'],
    ['older first among equals', [sweep('a', 1, 9), sweep('b', 1, 2)], 'ba'],
    ['by id at the same moment', [sweep('b', 1, 2), sweep('a', 1, 2)], 'ab'],
  ])('%s', (_, sweeps, order) => {
    expect(
      orderSweeps(sweeps)
        .map(({ sweepId }) => sweepId)
        .join(''),
    ).toBe(order);
  });

  it('shares slots evenly when each goes to the first', () => {
    const alive = new Map([
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ]);
    for (let slot = 0; slot < 9; slot++) {
      const [first] = orderSweeps([...alive].map(([id, count], at) => sweep(id, count, at)));
      if (first !== undefined) alive.set(first.sweepId, first.alive + 1);
    }
    expect([...alive.values()]).toEqual([3, 3, 3]);
  });
});
