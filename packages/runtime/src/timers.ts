import { AppError } from '@starling/domain';

/** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
export function sleep(ms: number, options: { signal?: AbortSignal } = {}): Promise<void> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Runs a task once, `ms` from now, unless cancelled before. Does not keep the process alive. */
export function after(ms: number, task: () => void): { cancel(): void } {
  const timer = setTimeout(task, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

export interface Repetition {
  /** No further run begins; resolves when one under way is over. */
  stop(): Promise<void>;
}

/**
 * Runs a task again and again, `ms` after the end of the run before, so that a slow one never
 * overlaps itself. A failure goes to `onError` and the next run still comes. Does not keep
 * the process alive.
 */
export function every(
  ms: number,
  task: () => unknown,
  options: { onError: (error: unknown) => void; isImmediate?: boolean },
): Repetition {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    try {
      await task();
    } catch (error) {
      options.onError(error);
    }
    plan(ms);
  }

  function plan(delayMs: number): void {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
    timer.unref();
  }

  plan(options.isImmediate === true ? 0 : ms);
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}

/** The promise's value, or a `timed-out` error after `ms`; the work itself is not ended. */
export async function withDeadline<Value>(
  ms: number,
  what: string,
  work: Promise<Value>,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('timed-out', `${what} took longer than ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
