import {
  AppError,
  type ErrorCode,
  isAllowed,
  type Permission,
  type Principal,
  type Problem,
  problemsOf,
  toAppError,
  unauthenticatedMessage,
} from '@starling/domain';
import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { hiddenMessage, trpcCodeOf } from './error-codes.ts';
import type { ApiPorts } from './ports.ts';

/** What a request brings: who calls (null: nobody known) and what to call. */
export interface ApiContext {
  principal: Principal | null;
  ports: ApiPorts;
  /** How the server reads what its ports throw, where it knows more than `toAppError`. */
  readThrown?: (thrown: unknown) => AppError;
}

function toTrpcError(thrown: unknown): TRPCError {
  if (thrown instanceof TRPCError) return thrown;
  const error = toAppError(thrown);
  return new TRPCError({ code: trpcCodeOf(error.code), message: error.message, cause: error });
}

/** What a client reads in `error.data` beside tRPC's own fields. */
export interface ErrorData {
  appCode: ErrorCode;
  retryable: boolean;
  problems: Problem[];
}

function describeCause(error: TRPCError, input: unknown): ErrorData {
  const { cause } = error;
  if (cause instanceof AppError) {
    return { appCode: cause.code, retryable: cause.retryable, problems: [...cause.problems] };
  }
  if (cause instanceof ZodError) {
    return { appCode: 'invalid-input', retryable: false, problems: problemsOf(cause, input) };
  }
  return { appCode: 'internal', retryable: false, problems: [] };
}

const trpc = initTRPC
  .context<ApiContext>()
  .meta<{ permission: Permission }>()
  .create({
    errorFormatter({ shape, error, input }) {
      const app = describeCause(error, input);
      // A bug's inner text may hold paths or SQL: the log has it, the client does not.
      const message =
        app.appCode === 'internal' && error.code === 'INTERNAL_SERVER_ERROR'
          ? hiddenMessage
          : error.cause instanceof ZodError
            ? app.problems.map((problem) => `${problem.field}: ${problem.message}`).join('\n')
            : shape.message;
      const { stack: _stack, ...data } = shape.data as typeof shape.data & { stack?: string };
      return { ...shape, message, data: { ...data, app } };
    },
  });

export const router = trpc.router;

function allowing(permission: Permission) {
  return trpc.procedure.meta({ permission }).use(async ({ ctx, next }) => {
    if (ctx.principal === null) {
      throw toTrpcError(new AppError('unauthenticated', unauthenticatedMessage));
    }
    if (!isAllowed(ctx.principal.role, permission)) {
      throw toTrpcError(
        new AppError(
          'forbidden',
          `the role ${ctx.principal.role} may not do this; it needs the permission ${permission}`,
        ),
      );
    }
    const result = await next({ ctx: { ...ctx, principal: ctx.principal } });
    if (result.ok || result.error.code !== 'INTERNAL_SERVER_ERROR') return result;
    const cause = result.error.cause ?? result.error;
    throw toTrpcError(ctx.readThrown?.(cause) ?? cause);
  });
}

/** Every procedure is one of these; there is no public one. */
export const reads = allowing('read');
export const operates = allowing('operate');
export const administers = allowing('administer');
