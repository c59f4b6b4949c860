import type { ErrorCode } from '@starling/domain';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';

type TrpcCode = TRPCError['code'];

/** The one mapping from error codes to tRPC and, through it, to HTTP. */
const trpcCodes: Record<ErrorCode, TrpcCode> = {
  'invalid-input': 'BAD_REQUEST',
  'invalid-space': 'BAD_REQUEST',
  'invalid-network': 'BAD_REQUEST',
  'invalid-dataset': 'BAD_REQUEST',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  'too-large': 'PAYLOAD_TOO_LARGE',
  'rate-limited': 'TOO_MANY_REQUESTS',
  'out-of-memory': 'INTERNAL_SERVER_ERROR',
  'storage-full': 'INTERNAL_SERVER_ERROR',
  'worker-lost': 'SERVICE_UNAVAILABLE',
  'database-unavailable': 'SERVICE_UNAVAILABLE',
  'inference-unavailable': 'SERVICE_UNAVAILABLE',
  'dataset-unavailable': 'SERVICE_UNAVAILABLE',
  'protocol-mismatch': 'BAD_REQUEST',
  'stale-attempt': 'CONFLICT',
  'checksum-mismatch': 'BAD_REQUEST',
  'timed-out': 'TIMEOUT',
  internal: 'INTERNAL_SERVER_ERROR',
};

export function trpcCodeOf(code: ErrorCode): TrpcCode {
  return trpcCodes[code];
}

/** The HTTP status of an error code, for routes outside tRPC. */
export function httpStatusOf(code: ErrorCode): number {
  return getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodes[code] }));
}

/** What a client reads in place of a bug's inner text, which may hold paths or SQL. */
export const hiddenMessage = 'something broke inside Starling; the coordinator log has the details';
