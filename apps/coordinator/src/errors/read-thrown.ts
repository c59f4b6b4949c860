import { hiddenMessage, httpStatusOf } from '@starling/api/server';
import { toDatabaseError } from '@starling/db';
import { AppError, type ErrorCode, type WireError } from '@starling/domain';
import type { FastifyBaseLogger } from 'fastify';

/** What Fastify and Nest throw of themselves: a status and words that a client may read. */
interface HttpFault {
  statusCode: number;
  code?: string;
  message: string;
}

function asHttpFault(thrown: unknown): HttpFault | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { statusCode, status, code } = thrown as {
    statusCode?: unknown;
    status?: unknown;
    code?: unknown;
  };
  const number = typeof statusCode === 'number' ? statusCode : status;
  if (typeof number !== 'number' || number < 400 || number > 499) return undefined;
  return {
    statusCode: number,
    message: thrown.message,
    ...(typeof code === 'string' ? { code } : {}),
  };
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 408:
      return 'timed-out';
    case 409:
      return 'conflict';
    case 413:
      return 'too-large';
    case 429:
      return 'rate-limited';
    default:
      return 'invalid-input';
  }
}

/** Anything thrown while a request is served, as an AppError. */
export function readThrown(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const fault = asHttpFault(thrown);
  if (fault !== undefined) return new AppError(codeOfStatus(fault.statusCode), fault.message);
  return toDatabaseError(thrown);
}

/** Status and JSON body of an error. A bug's own words stay in the log. */
export function describeError(error: AppError): { status: number; body: { error: WireError } } {
  const wire = error.toWire();
  const body = error.code === 'internal' ? { ...wire, message: hiddenMessage } : wire;
  return { status: httpStatusOf(error.code), body: { error: body } };
}

/** Writes an error to the log where somebody who runs Starling should look at it. */
export function logIfOurs(
  log: Pick<FastifyBaseLogger, 'error' | 'warn'>,
  error: AppError,
  route: string,
): void {
  if (error.kind === 'bug') log.error({ err: error.cause ?? error, route }, 'request failed');
  else if (error.kind === 'peer') log.warn({ err: error, route }, 'a peer failed a request');
}
