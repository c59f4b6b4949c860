import { AppError } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable, toDatabaseError } from './database-errors.ts';
import { Prisma } from './generated/client.ts';

const clientVersion = 'test';

/** As Prisma reports a raw query of which the driver adapter says why it failed. */
function rawQueryError(cause: Record<string, unknown>): Error {
  const meta = { driverAdapterError: { name: 'DriverAdapterError', cause } };
  return new Prisma.PrismaClientKnownRequestError('failed', { code: 'P2010', clientVersion, meta });
}

const known = (code: string) =>
  new Prisma.PrismaClientKnownRequestError('failed', { code, clientVersion });
const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

describe('isDatabaseUnavailable', () => {
  // Shapes as seen from Prisma 7.10 and pg 8 when the server stops.
  it.each([
    ['a query under way', rawQueryError({ originalCode: '57P01', kind: 'postgres' }), true],
    ['a raw query later', rawQueryError({ kind: 'DatabaseNotReachable', port: 1 }), true],
    ['a model’s query', known('P1001'), true],
    ['no transaction in time', known('P2028'), true],
    [
      'a dead connection',
      new Error('Client has encountered a connection error and is not queryable'),
      true,
    ],
    ['a pool’s', new Error('Connection terminated unexpectedly'), true],
    ['several addresses refused', new AggregateError([refused], ''), true],
    ['starting up', new Error('the database system is starting up'), true],
    ['too many connections', rawQueryError({ originalCode: '53300', kind: 'postgres' }), true],
    ['a unique constraint', known('P2002'), false],
    ['a check constraint', rawQueryError({ originalCode: '23514', kind: 'postgres' }), false],
    ['a table that is not there', rawQueryError({ originalCode: '42P01' }), false],
    ['a bug', new TypeError('x is undefined'), false],
    ['nothing', undefined, false],
  ])('%s', (_, error, isUnavailable) => {
    expect(isDatabaseUnavailable(error)).toBe(isUnavailable);
    expect(toDatabaseError(error)).toMatchObject({
      code: isUnavailable ? 'database-unavailable' : 'internal',
      retryable: isUnavailable,
    });
  });

  it('leaves errors of ours alone', () => {
    const error = new AppError('not-found', 'nothing here');
    expect(toDatabaseError(error)).toBe(error);
  });
});
