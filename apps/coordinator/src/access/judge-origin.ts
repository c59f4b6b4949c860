import type { IncomingHttpHeaders } from 'node:http';

/** Where a browser says that a request comes from; `unknown` where it does not say. */
export type RequestOrigin = 'own' | 'foreign' | 'unknown';

/**
 * Reads `Sec-Fetch-Site`, else `Origin` against `Host`. Browsers leave the first out on plain
 * HTTP beyond localhost, so both are needed. `same-site` is foreign: another port on this host
 * is another program, and cookies do not tell ports apart.
 */
export function judgeOrigin(headers: IncomingHttpHeaders): RequestOrigin {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') {
    return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
  }
  const { origin, host } = headers;
  if (origin === undefined) return 'unknown';
  if (host === undefined || !URL.canParse(origin)) return 'foreign';
  return new URL(origin).host === host ? 'own' : 'foreign';
}

const readingMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * True where a request that rides on a session cookie must be refused: it may change
 * something, and the browser does not vouch that our own page sent it.
 */
export function isForgeable(method: string, headers: IncomingHttpHeaders): boolean {
  return !readingMethods.includes(method) && judgeOrigin(headers) !== 'own';
}

/** True where a socket handshake must be refused: a foreign page opens it. */
export function isForeignHandshake(headers: IncomingHttpHeaders): boolean {
  // A handshake is a GET: our own page may send neither header, a foreign page always
  // sends one, because scripts cannot open sockets without it.
  return judgeOrigin(headers) === 'foreign';
}
