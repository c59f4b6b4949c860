export interface EtaSituation {
  /** Epochs stored so far, over all trials. */
  epochsDone: number;
  /** Epochs of the trials that have ended, and how many those are. */
  finished: { trials: number; epochs: number };
  budgetTrials: number;
  budgetEpochs: number;
  /** Milliseconds that the sweep has run, paused time not counted. */
  activeMs: number;
  /** Milliseconds until the wall-clock budget ends; null where there is none. */
  untilDeadlineMs: number | null;
  isOver: boolean;
  /** False while the sweep is paused: then nothing can be said. */
  isRunning: boolean;
}

/**
 * Seconds left by the pace so far: epochs that remain over epochs a second. Trials to come
 * are taken to need as many epochs as those that ended, because pruning shortens them; the
 * wall-clock budget bounds the answer. Null before the first epoch and while paused.
 */
export function etaOf(situation: EtaSituation): number | null {
  if (situation.isOver) return 0;
  if (!situation.isRunning) return null;
  const deadline =
    situation.untilDeadlineMs === null ? null : Math.max(0, situation.untilDeadlineMs / 1000);
  if (situation.epochsDone === 0 || situation.activeMs <= 0) return deadline;
  const { trials, epochs } = situation.finished;
  const epochsEach = trials === 0 ? situation.budgetEpochs : epochs / trials;
  const epochsLeft = Math.max(
    0,
    (situation.budgetTrials - trials) * epochsEach - (situation.epochsDone - epochs),
  );
  const seconds = (epochsLeft * situation.activeMs) / 1000 / situation.epochsDone;
  return deadline === null ? seconds : Math.min(seconds, deadline);
}
