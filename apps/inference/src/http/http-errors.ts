import { AppError, type ErrorCode, toAppError } from '@starling/domain';

/** The one mapping from error codes to HTTP. */
const statuses: Record<ErrorCode, number> = {
  'invalid-input': 400,
  'invalid-space': 400,
  'invalid-network': 400,
  'invalid-dataset': 400,
  'not-found': 404,
  conflict: 409,
  unauthenticated: 401,
  forbidden: 403,
  'too-large': 413,
  'rate-limited': 429,
  'out-of-memory': 500,
  'storage-full': 500,
  'worker-lost': 503,
  'database-unavailable': 503,
  'inference-unavailable': 503,
  'dataset-unavailable': 503,
  'protocol-mismatch': 400,
  'stale-attempt': 409,
  'checksum-mismatch': 503,
  'timed-out': 504,
  internal: 500,
};

export interface HttpError {
  status: number;
  error: AppError;
}

const isCoded = (
  thrown: unknown,
): thrown is { code: string; statusCode?: number; message: string } =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';

/** Anything thrown while a request was served, as a status and an error to show. */
export function toHttpError(thrown: unknown, bodyLimitBytes: number): HttpError {
  if (!(thrown instanceof AppError) && isCoded(thrown)) {
    if (thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const error = new AppError(
        'too-large',
        `the request is larger than ${bodyLimitBytes} bytes — send fewer rows at a time`,
      );
      return { status: 413, error };
    }
    if (thrown.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      const error = new AppError(
        'invalid-input',
        'content-type: the body must be JSON — send Content-Type: application/json',
      );
      return { status: 415, error };
    }
    if (thrown.statusCode !== undefined && thrown.statusCode < 500) {
      const error = new AppError('invalid-input', `body: ${thrown.message} — send one JSON object`);
      return { status: 400, error };
    }
  }
  const error = toAppError(thrown);
  return { status: statuses[error.code], error };
}
