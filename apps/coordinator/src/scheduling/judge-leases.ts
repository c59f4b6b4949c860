/**
 * Whether a coordinator may declare leases lapsed. After a start, or after the database was
 * away, no heartbeat can have been stored for a while: silence then says nothing about the
 * workers, so they get one whole lease to be heard again.
 */
export function canJudgeLeases(
  nowMs: number,
  healthySinceMs: number | null,
  leaseMs: number,
): boolean {
  return healthySinceMs !== null && nowMs - healthySinceMs >= leaseMs;
}
