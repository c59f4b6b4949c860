import type { IncomingHttpHeaders } from 'node:http';

/**
 * Name of the cookie at the address that a request was sent to. Cookies do not tell ports
 * apart: without the port, two stacks on one machine would log each other's users out.
 */
export function sessionCookieNameOf(headers: Pick<IncomingHttpHeaders, 'host'>): string {
  const port = /:(\d{1,5})$/.exec(headers.host ?? '')?.[1];
  return port === undefined ? 'starling_session' : `starling_session_${port}`;
}

/** The session's secret in a request's cookies; nothing where there is none. */
export function readSessionCookie(headers: IncomingHttpHeaders): string | undefined {
  const wanted = sessionCookieNameOf(headers);
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === wanted && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** True where a request shows who it is by its cookie alone, which browsers add by themselves. */
export function ridesOnCookie(headers: IncomingHttpHeaders): boolean {
  return headers.authorization === undefined && readSessionCookie(headers) !== undefined;
}

/** Secrets are base64url, so nothing in them needs escaping. */
function writeCookie(
  name: string,
  value: string,
  { maxAgeSeconds, isSecure }: { maxAgeSeconds: number; isSecure: boolean },
): string {
  const cookie = `${name}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax`;
  return isSecure ? `${cookie}; Secure` : cookie;
}

/** The `Set-Cookie` value that begins a session, in answer to these headers. */
export function writeSessionCookie(
  headers: IncomingHttpHeaders,
  secret: string,
  options: { maxAgeSeconds: number; isSecure: boolean },
): string {
  return writeCookie(sessionCookieNameOf(headers), secret, options);
}

/** The `Set-Cookie` value that ends one. */
export function clearSessionCookie(headers: IncomingHttpHeaders, isSecure: boolean): string {
  return writeCookie(sessionCookieNameOf(headers), '', { maxAgeSeconds: 0, isSecure });
}
