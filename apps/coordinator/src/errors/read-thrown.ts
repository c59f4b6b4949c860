import { hiddenMessage, httpStatusOf } from '@starling/api/server';
import { AppError, type ErrorCode, toAppError, type WireError } from '@starling/domain';

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

/** The database cannot be reached: its driver's and Prisma's own codes for it. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  '57P01',
  '57P03',
  '08006',
]);

function isDatabaseUnreachable(thrown: unknown): boolean {
  let cause: unknown = thrown;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth++) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && unreachableCodes.has(code)) return true;
    cause = cause.cause;
  }
  return false;
}

/** Anything thrown while a request is served, as an AppError. */
export function readThrown(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const fault = asHttpFault(thrown);
  if (fault !== undefined) return new AppError(codeOfStatus(fault.statusCode), fault.message);
  if (isDatabaseUnreachable(thrown)) {
    return new AppError('database-unavailable', 'the database cannot be reached; try again', {
      cause: thrown,
    });
  }
  return toAppError(thrown);
}

/** Status and JSON body of an error. A bug's own words stay in the log. */
export function describeError(error: AppError): { status: number; body: { error: WireError } } {
  const wire = error.toWire();
  const body = error.code === 'internal' ? { ...wire, message: hiddenMessage } : wire;
  return { status: httpStatusOf(error.code), body: { error: body } };
}
