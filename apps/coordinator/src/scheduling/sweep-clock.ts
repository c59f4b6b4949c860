/** How long a sweep has been running; paused time is not counted. */
export interface SweepClock {
  /** Milliseconds of running time before the present stretch. */
  activeMs: number;
  /** When the present stretch began; null while paused or over. */
  runningSinceMs: number | null;
}

/** The columns of a sweep in which its clock is kept. */
export interface ClockColumns {
  activeSeconds: number;
  activeSince: Date | null;
}

export function sweepClockOf(columns: ClockColumns): SweepClock {
  return {
    activeMs: columns.activeSeconds * 1000,
    runningSinceMs: columns.activeSince?.getTime() ?? null,
  };
}

export function clockColumnsOf(clock: SweepClock): ClockColumns {
  return {
    activeSeconds: clock.activeMs / 1000,
    activeSince: clock.runningSinceMs === null ? null : new Date(clock.runningSinceMs),
  };
}

/** Milliseconds that the sweep has run so far. */
export function activeMsOf(clock: SweepClock, nowMs: number): number {
  if (clock.runningSinceMs === null) return clock.activeMs;
  return clock.activeMs + Math.max(0, nowMs - clock.runningSinceMs);
}

/** The clock after a pause or an end: the present stretch is added up. */
export function haltClock(clock: SweepClock, nowMs: number): SweepClock {
  return { activeMs: activeMsOf(clock, nowMs), runningSinceMs: null };
}

/** The clock after a resume; one that runs already runs on. */
export function startClock(clock: SweepClock, nowMs: number): SweepClock {
  return { activeMs: clock.activeMs, runningSinceMs: clock.runningSinceMs ?? nowMs };
}

/** When the minutes of the budget are used up; null without a limit and while halted. */
export function deadlineOf(clock: SweepClock, minutes: number | null): Date | null {
  if (minutes === null || clock.runningSinceMs === null) return null;
  return new Date(clock.runningSinceMs + minutes * 60_000 - clock.activeMs);
}
