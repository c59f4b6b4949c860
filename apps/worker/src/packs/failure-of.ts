import { AppError, type ErrorCode, type FailureReason, toAppError } from '@starling/domain';

/** The one mapping from error codes to a trial's outcome. */
const failureReasonOf: Record<ErrorCode, FailureReason> = {
  'invalid-input': 'invalid-config',
  'invalid-space': 'invalid-config',
  'invalid-network': 'invalid-config',
  'invalid-dataset': 'dataset-unavailable',
  'not-found': 'dataset-unavailable',
  'dataset-unavailable': 'dataset-unavailable',
  'checksum-mismatch': 'dataset-unavailable',
  'too-large': 'out-of-memory',
  'out-of-memory': 'out-of-memory',
  'timed-out': 'timed-out',
  'worker-lost': 'worker-lost',
  conflict: 'internal',
  unauthenticated: 'internal',
  forbidden: 'internal',
  'rate-limited': 'internal',
  'storage-full': 'internal',
  'database-unavailable': 'internal',
  'inference-unavailable': 'internal',
  'protocol-mismatch': 'internal',
  'stale-attempt': 'internal',
  internal: 'internal',
};

/** What engines and V8 say when memory runs out without an error class of its own. */
const MEMORY_WORDS =
  /out of memory|allocation failed|could not allocate|memory access limit|grow memory/i;

/** Any thrown value as an AppError, memory exhaustion recognised. */
export function errorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const isMemory = code === 'ERR_WORKER_OUT_OF_MEMORY' || MEMORY_WORDS.test(thrown.message);
    if (isMemory) {
      return new AppError('out-of-memory', `the trial needs more memory: ${thrown.message}`, {
        cause: thrown,
      });
    }
  }
  return toAppError(thrown);
}

/** A trial's failure in the coordinator's words. */
export function failureOf(thrown: unknown): { failureReason: FailureReason; reason: string } {
  const error = errorOf(thrown);
  return { failureReason: failureReasonOf[error.code], reason: error.message };
}
