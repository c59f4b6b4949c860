import type { AppError } from '@starling/domain';
import { getTRPCErrorShape, TRPCError } from '@trpc/server';
import { trpcCodeOf } from './error-codes.ts';
import { appRouter } from './router.ts';

/**
 * The body by which a tRPC client reads an error that arose before any procedure ran: a body
 * too large, a database away while the caller was looked up.
 */
export function describeOutsideError(error: AppError): unknown {
  return {
    error: getTRPCErrorShape({
      config: appRouter._def._config,
      error: new TRPCError({ code: trpcCodeOf(error.code), message: error.message, cause: error }),
      type: 'unknown',
      path: undefined,
      input: undefined,
      ctx: undefined,
    }),
  };
}
