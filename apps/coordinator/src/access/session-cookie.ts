import type { IncomingHttpHeaders } from 'node:http';
import { fastifyCookie } from '@fastify/cookie';

export const sessionCookieName = 'starling_session';

/** The session's secret in a request's cookies; nothing where there is none. */
export function readSessionCookie(headers: IncomingHttpHeaders): string | undefined {
  const { cookie } = headers;
  if (cookie === undefined) return undefined;
  const value = fastifyCookie.parse(cookie)[sessionCookieName];
  return value === undefined || value === '' ? undefined : value;
}

/** True where a request shows who it is by its cookie alone, which browsers add by themselves. */
export function ridesOnCookie(headers: IncomingHttpHeaders): boolean {
  return headers.authorization === undefined && readSessionCookie(headers) !== undefined;
}

function attributes(isSecure: boolean) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
}

/** The `Set-Cookie` value that begins a session. */
export function writeSessionCookie(
  secret: string,
  options: { maxAgeSeconds: number; isSecure: boolean },
): string {
  return fastifyCookie.serialize(sessionCookieName, secret, {
    ...attributes(options.isSecure),
    maxAge: options.maxAgeSeconds,
  });
}

/** The `Set-Cookie` value that ends one. */
export function clearSessionCookie(isSecure: boolean): string {
  return fastifyCookie.serialize(sessionCookieName, '', { ...attributes(isSecure), maxAge: 0 });
}
