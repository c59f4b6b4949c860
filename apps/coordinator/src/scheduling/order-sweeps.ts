/** A running sweep that may want a slot. */
export interface SlotCandidate {
  sweepId: string;
  /** Trials that wait or run now. */
  alive: number;
  /** Milliseconds since the Unix epoch. */
  createdAtMs: number;
}

/**
 * The order in which sweeps are offered an idle slot: the one with the fewest trials alive
 * first, so that slots are shared evenly; the older one among equals.
 */
export function orderSweeps<Candidate extends SlotCandidate>(
  candidates: readonly Candidate[],
): Candidate[] {
  return [...candidates].sort(
    (a, b) =>
      a.alive - b.alive ||
      a.createdAtMs - b.createdAtMs ||
      (a.sweepId < b.sweepId ? -1 : a.sweepId > b.sweepId ? 1 : 0),
  );
}
