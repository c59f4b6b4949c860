import { HttpException } from '@nestjs/common';
import { AppError, errorCodes } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { describeError, readThrown } from './read-thrown.ts';

describe('describeError', () => {
  it.each(errorCodes)('gives %s an HTTP status of its kind', (code) => {
    const error = new AppError(code, 'words');
    const { status, body } = describeError(error);
    expect(body.error.code).toBe(code);
    if (error.kind === 'user') expect(status).toBeLessThan(500);
    if (error.kind === 'bug') expect(status).toBe(500);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('keeps the words of a bug to the log', () => {
    const { status, body } = describeError(readThrown(new Error('select secret from /srv/x')));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('readThrown', () => {
  it.each([
    [new AppError('conflict', 'taken'), 'conflict'],
    [Object.assign(new Error('large'), { statusCode: 413 }), 'too-large'],
    [Object.assign(new Error('what is this'), { statusCode: 415 }), 'invalid-input'],
    [new HttpException('no such page', 404), 'not-found'],
    [Object.assign(new Error('an upstream said 503'), { statusCode: 503 }), 'internal'],
    [new Error('connect ECONNREFUSED 127.0.0.1:5432'), 'database-unavailable'],
    ['a text', 'internal'],
  ])('reads %s as %s', (thrown, code) => {
    expect(readThrown(thrown).code).toBe(code);
  });
});
