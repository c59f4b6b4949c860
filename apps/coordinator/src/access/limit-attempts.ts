import type { Clock } from '@starling/domain';

/**
 * Counts failed attempts by key (an address) in fixed windows. Held in memory: with several
 * coordinators each allows its own, which a 256-bit token stands easily.
 */
export function limitAttempts(clock: Clock, options: { attempts: number; windowMs: number }) {
  const windows = new Map<string, { startedMs: number; failures: number }>();

  function current(key: string): { startedMs: number; failures: number } | undefined {
    const window = windows.get(key);
    if (window === undefined) return undefined;
    if (clock.monotonicMs() - window.startedMs < options.windowMs) return window;
    windows.delete(key);
    return undefined;
  }

  return {
    isBlocked(key: string): boolean {
      return (current(key)?.failures ?? 0) >= options.attempts;
    },
    recordFailure(key: string): void {
      // Bounded, so that a scan from many addresses cannot fill the memory.
      if (windows.size > 10_000) windows.clear();
      const window = current(key) ?? { startedMs: clock.monotonicMs(), failures: 0 };
      window.failures += 1;
      windows.set(key, window);
    },
    forget(key: string): void {
      windows.delete(key);
    },
  };
}
export type AttemptLimit = ReturnType<typeof limitAttempts>;
