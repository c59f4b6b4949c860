import { AppError, errorCodes, failureReasons } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.ts';

describe('failureOf', () => {
  it.each(errorCodes)('has a reason for %s', (code) => {
    const failure = failureOf(new AppError(code, 'what broke'));
    expect(failureReasons).toContain(failure.failureReason);
    expect(failure.reason).toBe('what broke');
  });

  it.each([
    ['out-of-memory', new AppError('out-of-memory', 'too large')],
    ['out-of-memory', new RangeError('Array buffer allocation failed')],
    ['out-of-memory', new Error('WebAssembly.Memory.grow(): could not grow memory')],
    ['out-of-memory', Object.assign(new Error('terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })],
    ['dataset-unavailable', new AppError('not-found', 'no artifact')],
    ['dataset-unavailable', new AppError('checksum-mismatch', 'damaged')],
    ['invalid-config', new AppError('invalid-network', 'kernel too long')],
    ['internal', new TypeError('undefined is not a function')],
    ['internal', 'a thrown text'],
  ])('calls it %s: %s', (reason, thrown) => {
    expect(failureOf(thrown).failureReason).toBe(reason);
  });
});
