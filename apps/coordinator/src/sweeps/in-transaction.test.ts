import { describe, expect, it } from 'vitest';
import { isLostToAnother } from './in-transaction.ts';

describe('isLostToAnother', () => {
  const raw = (originalCode: string) => ({
    code: 'P2010',
    meta: { driverAdapterError: { cause: { originalCode } } },
  });
  it.each([
    ['a deadlock in a raw query', raw('40P01'), true],
    ['a serialisation failure', raw('40001'), true],
    ['Prisma’s own word for both', { code: 'P2034' }, true],
    ['below another error', { cause: { cause: { code: '40P01' } } }, true],
    ['a constraint', raw('23505'), false],
    ['a bug', new TypeError('x'), false],
    ['nothing', null, false],
  ])('%s', (_, error, isLost) => {
    expect(isLostToAnother(error)).toBe(isLost);
  });
});
