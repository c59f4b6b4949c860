/** A child that ran this long before it ended counts as healthy: its next fall is its first. */
export const healthyAfterMs = 30_000;

/**
 * Milliseconds to wait before the next start, after `failures` falls in a row
 * (1 for the first): 0.25 s doubling up to 15 s.
 */
export function restartDelayMs(failures: number): number {
  return Math.min(15_000, 250 * 2 ** (Math.max(1, failures) - 1));
}

/** Falls in a row, counting one more after a run of `uptimeMs`. */
export function countFailures(failures: number, uptimeMs: number): number {
  return uptimeMs >= healthyAfterMs ? 1 : failures + 1;
}
