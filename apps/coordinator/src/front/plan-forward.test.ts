import { describe, expect, it } from 'vitest';
import {
  checkForwardedPath,
  internalHeader,
  planRequestHeaders,
  planResponseHeaders,
} from './plan-forward.ts';

const from = { address: '10.0.0.9', protocol: 'http' };

describe('planRequestHeaders', () => {
  it('keeps credentials from a target that must not see them and adds the secret', () => {
    const headers = planRequestHeaders(
      {
        host: 'starling.test',
        authorization: 'Bearer x',
        cookie: 'starling_session=y',
        [internalHeader]: 'forged',
        'content-type': 'application/json',
      },
      from,
      { passesCredentials: false, secret: 'the real one' },
    );
    expect(headers).toEqual({
      host: 'starling.test',
      'content-type': 'application/json',
      [internalHeader]: 'the real one',
      'x-forwarded-for': '10.0.0.9',
      'x-forwarded-host': 'starling.test',
      'x-forwarded-proto': 'http',
    });
  });

  it('never passes a forged internal header on, even where credentials go through', () => {
    const headers = planRequestHeaders({ [internalHeader]: 'forged', cookie: 'a=b' }, from, {
      passesCredentials: true,
    });
    expect(headers[internalHeader]).toBeUndefined();
    expect(headers['cookie']).toBe('a=b');
  });

  it('drops what speaks of one connection, names in Connection included', () => {
    const headers = planRequestHeaders(
      { connection: 'close, X-Hop', 'x-hop': '1', 'transfer-encoding': 'chunked', accept: '*/*' },
      from,
      { passesCredentials: true },
    );
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining(['connection', 'x-hop', 'transfer-encoding']),
    );
    expect(headers['accept']).toBe('*/*');
  });
});

it('planResponseHeaders drops what names the target', () => {
  expect(
    planResponseHeaders({ 'x-powered-by': 'x', connection: 'keep-alive', etag: '"1"' }),
  ).toEqual({ etag: '"1"' });
});

describe('checkForwardedPath', () => {
  it.each(['/', '/v2/models/a/infer', '/_next/static/chunks/%5Bid%5D-1.js', '/a.b/c?x=../y'])(
    'lets %s pass',
    (path) => {
      expect(() => checkForwardedPath(path)).not.toThrow();
    },
  );

  it.each([
    '/_next/static/../../sweeps',
    '/_next/static/%2e%2e/sweeps',
    '/_next/static/%252e%252e/sweeps',
    '/_next/static/..%2fsweeps',
    '/_next/static/..\\sweeps',
    '//evil.test/x',
    'http://evil.test/x',
    '/v2/./x',
    '/%zz',
  ])('refuses %s', (path) => {
    expect(() => checkForwardedPath(path)).toThrow(/path/);
  });
});
