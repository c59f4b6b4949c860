import type { SweepStatus } from '@starling/domain';

/** What the locked sweep row says when a slot asks for a trial. */
export interface ProposalSituation {
  status: SweepStatus;
  /** Set once the sweep takes no more proposals: exhausted, out of time. */
  endingReason: string | null;
  /** Trials proposed so far; the next number is one more. */
  proposed: number;
  budgetTrials: number;
  /** Most trials alive at once; null: as many as there are slots. */
  concurrency: number | null;
  /** Trials that wait, run or are paused. */
  alive: number;
}

/** Numbers to propose now, or why none. */
export type ProposalPlan =
  | { kind: 'propose'; numbers: number[] }
  | { kind: 'refuse'; because: 'not-running' | 'ending' | 'budget-reserved' | 'at-concurrency' };

/**
 * Reserves budget for up to `wanted` trials. Called under the lock on the sweep's row, so
 * that the numbers handed out are exact under any number of slots and coordinators.
 */
export function planProposal(situation: ProposalSituation, wanted: number): ProposalPlan {
  if (situation.status !== 'running') return { kind: 'refuse', because: 'not-running' };
  if (situation.endingReason !== null) return { kind: 'refuse', because: 'ending' };
  const budgetLeft = situation.budgetTrials - situation.proposed;
  if (budgetLeft <= 0) return { kind: 'refuse', because: 'budget-reserved' };
  const roomLeft =
    situation.concurrency === null
      ? Number.POSITIVE_INFINITY
      : situation.concurrency - situation.alive;
  if (roomLeft <= 0) return { kind: 'refuse', because: 'at-concurrency' };
  const count = Math.max(1, Math.min(wanted, budgetLeft, roomLeft));
  return {
    kind: 'propose',
    numbers: Array.from({ length: count }, (_, index) => situation.proposed + index + 1),
  };
}
