import { randomInt } from 'node:crypto';
import { AppError } from '@starling/domain';
import { sleep } from './timers.ts';

/** Waits between tries: `initialMs`, then `factor` times as long each, at most `maximumMs`. */
export interface Backoff {
  initialMs: number;
  maximumMs: number;
  factor?: number;
}

export interface RetryOptions {
  /** Tries in all, the first included; `Infinity` until the signal aborts. */
  attempts: number;
  backoff: Backoff;
  /** By default an AppError says it of itself, and anything else is tried again. */
  isRetryable?: (error: unknown) => boolean;
  onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
  signal?: AbortSignal;
}

/** The wait before try `attempt + 1`, without jitter. */
export function backoffDelayMs(backoff: Backoff, attempt: number): number {
  return Math.min(backoff.maximumMs, backoff.initialMs * (backoff.factor ?? 2) ** (attempt - 1));
}

const isRetryableByDefault = (error: unknown): boolean =>
  !(error instanceof AppError) || error.retryable;

/**
 * Tries an operation until it succeeds; throws its last error. Each wait is shortened at random
 * by up to half, so that many peers that failed together do not come back together.
 */
export async function retry<Value>(
  operation: (attempt: number) => Promise<Value>,
  options: RetryOptions,
): Promise<Value> {
  const { attempts, backoff, isRetryable = isRetryableByDefault, onRetry, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted === true || !isRetryable(error)) throw error;
      const fullMs = backoffDelayMs(backoff, attempt);
      const delayMs = fullMs - randomInt(Math.floor(fullMs / 2) + 1);
      onRetry?.(error, attempt, delayMs);
      await sleep(delayMs, signal === undefined ? {} : { signal });
    }
  }
}
