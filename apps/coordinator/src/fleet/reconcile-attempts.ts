/** What names one execution of a trial. */
export interface AttemptKey {
  trialId: string;
  attempt: number;
}

export interface PackedAttempt extends AttemptKey {
  packId: string;
}

/** How a worker's claim and the database's rows agree. */
export interface Reconciliation<Held> {
  /** Claimed and held: they go on. */
  kept: Held[];
  /** Claimed, but no longer the worker's: it has to drop them. */
  dropped: AttemptKey[];
  /** Held, but the worker does not know of them: it never got them, or lost them. */
  absent: Held[];
}

/**
 * Compares the attempts that a worker says it runs with those that the database says it
 * holds. The database is right: its rows changed in transactions, the worker's memory did not.
 */
export function reconcileAttempts<Held extends PackedAttempt>(
  claimed: readonly PackedAttempt[],
  held: readonly Held[],
): Reconciliation<Held> {
  const keyOf = (attempt: PackedAttempt): string =>
    `${attempt.packId} ${attempt.trialId} ${attempt.attempt}`;
  const claims = new Set(claimed.map(keyOf));
  const holdings = new Set(held.map(keyOf));
  return {
    kept: held.filter((attempt) => claims.has(keyOf(attempt))),
    dropped: claimed
      .filter((attempt) => !holdings.has(keyOf(attempt)))
      .map(({ trialId, attempt }) => ({ trialId, attempt })),
    absent: held.filter((attempt) => !claims.has(keyOf(attempt))),
  };
}
