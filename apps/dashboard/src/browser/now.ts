/** The one place where pages read the wall clock; milliseconds since the Unix epoch. */
export function nowMs(): number {
  return Date.now();
}

/** Monotonic milliseconds, for durations. */
export function monotonicMs(): number {
  return performance.now();
}

/** A request id: the same one sent twice is one request to the coordinator. */
export function createRequestId(): string {
  // randomUUID exists in secure contexts only; a team's plain-http address is not one.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
