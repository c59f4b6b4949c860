import { describe, expect, it } from 'vitest';
import {
  clearSessionCookie,
  readSessionCookie,
  sessionCookieNameOf,
  writeSessionCookie,
} from './session-cookie.ts';

describe('the session cookie', () => {
  it.each([
    ['127.0.0.1:7878', 'starling_session_7878'],
    ['[::1]:7878', 'starling_session_7878'],
    ['starling.example.org', 'starling_session'],
    ['[::1]', 'starling_session'],
    [undefined, 'starling_session'],
  ])('of %s is %s', (host, name) => {
    expect(sessionCookieNameOf(host === undefined ? {} : { host })).toBe(name);
  });

  it('of one stack is not that of another on the same machine', () => {
    const first = { host: '127.0.0.1:7878' };
    const second = { host: '127.0.0.1:7900' };
    const options = { maxAgeSeconds: 60, isSecure: false };
    const [a = ''] = writeSessionCookie(first, 'one', options).split(';');
    const [b = ''] = writeSessionCookie(second, 'two', options).split(';');
    const cookie = `theme=dark; ${a}; ${b}`;
    expect(readSessionCookie({ ...first, cookie })).toBe('one');
    expect(readSessionCookie({ ...second, cookie })).toBe('two');
    expect(readSessionCookie({ ...second, cookie: a })).toBeUndefined();
    expect(clearSessionCookie(second, true)).toBe(
      'starling_session_7900=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
  });
});
