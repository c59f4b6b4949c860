/**
 * Milliseconds of processor time that this process has used. Not wall time: on a shared machine
 * a step that waits for a core would look slow; alone on a core the two are the same.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs `act` for at least `leastMs` of processor time; milliseconds a call. */
export function msPerCall(act: () => void, leastMs: number): number {
  let calls = 0;
  let chunk = 1;
  const start = cpuMs();
  let used = 0;
  while (used < leastMs) {
    for (let call = 0; call < chunk; call++) act();
    calls += chunk;
    used = cpuMs() - start;
    // Looking at the clock costs about as much as the smallest steps.
    if (used < leastMs / 16) chunk *= 2;
  }
  return used / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
