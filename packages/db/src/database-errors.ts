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

/** Unreachable, timed out while connecting, closed by the server, no free connection. */
const UNAVAILABLE = ['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];

const SOCKET_ERRORS =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|Connection terminated|the database system is/;

/** Whether an error says that the database, and not the query, is the trouble. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && UNAVAILABLE.includes(code)) return true;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  return error instanceof Error && SOCKET_ERRORS.test(`${error.message} ${String(error.cause)}`);
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
