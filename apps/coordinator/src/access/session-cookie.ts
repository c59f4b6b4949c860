import type { IncomingHttpHeaders } from 'node:http';

export const sessionCookieName = 'starling_session';

/** The session's secret in a request's cookies; nothing where there is none. */
export function readSessionCookie(headers: IncomingHttpHeaders): string | undefined {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === sessionCookieName && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** True where a request shows who it is by its cookie alone, which browsers add by themselves. */
export function ridesOnCookie(headers: IncomingHttpHeaders): boolean {
  return headers.authorization === undefined && readSessionCookie(headers) !== undefined;
}

/** Secrets are base64url, so nothing in them needs escaping. */
function writeCookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const cookie = `${sessionCookieName}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax`;
  return isSecure ? `${cookie}; Secure` : cookie;
}

/** The `Set-Cookie` value that begins a session. */
export function writeSessionCookie(
  secret: string,
  options: { maxAgeSeconds: number; isSecure: boolean },
): string {
  return writeCookie(secret, options.maxAgeSeconds, options.isSecure);
}

/** The `Set-Cookie` value that ends one. */
export function clearSessionCookie(isSecure: boolean): string {
  return writeCookie('', 0, isSecure);
}
