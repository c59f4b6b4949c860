import { AppError } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { decideReconnect } from './decide-reconnect.ts';

describe('decideReconnect', () => {
  it('leaves a broken line to the library', () =>
    expect(decideReconnect({ isTryingItself: true })).toBe('wait'));
  it('tries again where the coordinator closed the socket', () =>
    expect(decideReconnect({ isTryingItself: false })).toBe('retry'));
  it('tries again where the database was away', () => {
    const data = new AppError('database-unavailable', 'away').toWire();
    expect(decideReconnect({ isTryingItself: false, data })).toBe('retry');
  });
  it('logs in anew where the session ended', () => {
    const data = new AppError('unauthenticated', 'log in').toWire();
    expect(decideReconnect({ isTryingItself: false, data })).toBe('log-in');
  });
});
