import { AppError } from '@starling/domain';
import { Prisma } from './generated/client.ts';

function codeOf(error: unknown): string | undefined {
  return error instanceof Prisma.PrismaClientKnownRequestError ? error.code : undefined;
}

/** A unique constraint was in the way. In a transaction, the transaction is over with it. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === 'P2002';
}

/** A row that others refer to, or that refers to none, was in the way. */
export function isReferenceViolation(error: unknown): boolean {
  return codeOf(error) === 'P2003';
}

/**
 * Unreachable, timed out while connecting, closed by the server, no free connection, no
 * transaction in time.
 */
const UNAVAILABLE = ['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'];

/** Postgres's own words for it: connection exceptions, no connection left, shutting down. */
const UNAVAILABLE_STATE = /^(08...|53300|57P0[1-5])$/;

/** The driver adapter's words, below Prisma's error of a raw query. */
const UNAVAILABLE_KIND =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError)$/;

const SOCKET_ERRORS =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|the database system is/;

/** An error and what it was caused by, whichever way its library says so. */
function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  let cause = error;
  for (let depth = 0; depth < 6 && cause !== null && typeof cause === 'object'; depth++) {
    const here = cause as Record<string, unknown>;
    yield here;
    const meta = here['meta'] as { driverAdapterError?: unknown } | undefined;
    const [first] = Array.isArray(here['errors']) ? (here['errors'] as unknown[]) : [];
    cause = meta?.driverAdapterError ?? here['cause'] ?? first;
  }
}

/** Whether an error says that the database, and not the query, is the trouble. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && UNAVAILABLE.includes(code)) return true;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  for (const { code: own, originalCode, kind, message } of causesOf(error)) {
    const states = [own, originalCode].filter((state) => typeof state === 'string');
    if (states.some((state) => UNAVAILABLE_STATE.test(state) || SOCKET_ERRORS.test(state))) {
      return true;
    }
    if (typeof kind === 'string' && UNAVAILABLE_KIND.test(kind)) return true;
    if (typeof message === 'string' && SOCKET_ERRORS.test(message)) return true;
  }
  return false;
}

/** An error of a store as an AppError: the database is away (try again), or a bug of ours. */
export function toDatabaseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error)) {
    return new AppError('database-unavailable', 'the database does not answer', { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', message, { cause: error });
}
