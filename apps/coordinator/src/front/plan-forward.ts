import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { AppError } from '@starling/domain';

/** The header by which our own services know each other; never taken from outside. */
export const internalHeader = 'x-starling-internal';

/** RFC 9110, section 7.6.1: these speak of one connection, not of the message. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function namedByConnection(headers: IncomingHttpHeaders): Set<string> {
  const names = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => name !== ''));
}

function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(headers);
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => value !== undefined && !hopByHop.has(name) && !named.has(name),
    ),
  );
}

/** Which of a caller's credentials a target sees. */
export interface ForwardRule {
  /** False: neither token nor cookie goes on; the target knows us by `secret` alone. */
  passesCredentials: boolean;
  /** Sent as the internal header. */
  secret?: string;
}

/** Headers of the forwarded request. */
export function planRequestHeaders(
  headers: IncomingHttpHeaders,
  from: { address: string; protocol: string },
  rule: ForwardRule,
): OutgoingHttpHeaders {
  const forwarded = withoutHopByHop(headers);
  delete forwarded[internalHeader];
  delete forwarded['expect'];
  if (!rule.passesCredentials) {
    delete forwarded['authorization'];
    delete forwarded['cookie'];
  }
  if (rule.secret !== undefined) forwarded[internalHeader] = rule.secret;
  forwarded['x-forwarded-for'] = from.address;
  forwarded['x-forwarded-host'] = headers.host ?? '';
  forwarded['x-forwarded-proto'] = from.protocol;
  return forwarded;
}

/** Headers of the answer that goes back. */
export function planResponseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed = withoutHopByHop(headers);
  delete passed['x-powered-by'];
  delete passed[internalHeader];
  return passed;
}

/** Text that a target might read as another path than the one that was judged. */
const ambiguous = /(^|[/\\])\.{1,2}($|[/\\])|\\|\/\//;

/**
 * Refuses paths that the target might resolve to another one: dot segments, backslashes and
 * doubled slashes, encoded or not. Access was judged by the path as written.
 */
export function checkForwardedPath(url: string): void {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  let decoded = path;
  for (let round = 0; round < 3; round++) {
    if (!decoded.startsWith('/') || ambiguous.test(decoded) || /%(2f|5c)/i.test(decoded)) {
      throw new AppError('invalid-input', 'this path is not plain: write it without . or .. parts');
    }
    try {
      const next = decodeURIComponent(decoded);
      if (next === decoded) return;
      decoded = next;
    } catch {
      throw new AppError('invalid-input', 'this path is not valid percent-encoding');
    }
  }
}
