import { describe, expect, it } from 'vitest';
import { type ProposalSituation, planProposal } from './plan-proposal.ts';

const free: ProposalSituation = {
  status: 'running',
  endingReason: null,
  proposed: 3,
  budgetTrials: 10,
  concurrency: null,
  alive: 3,
};
const propose = (...numbers: number[]) => ({ kind: 'propose', numbers });
const refuse = (because: string) => ({ kind: 'refuse', because });

describe('planProposal', () => {
  it.each([
    ['the next number', {}, 1, propose(4)],
    ['as many as wanted', {}, 3, propose(4, 5, 6)],
    ['no more than the budget has left', { proposed: 8 }, 5, propose(9, 10)],
    ['no more than run at once', { concurrency: 5 }, 5, propose(4, 5)],
    ['nothing beyond the budget', { proposed: 10 }, 1, refuse('budget-reserved')],
    ['nothing at the limit of concurrency', { concurrency: 3 }, 1, refuse('at-concurrency')],
    ['nothing over the limit of concurrency', { concurrency: 2 }, 1, refuse('at-concurrency')],
    ['nothing while paused', { status: 'paused' as const }, 1, refuse('not-running')],
    ['nothing when cancelled', { status: 'cancelled' as const }, 1, refuse('not-running')],
    ['nothing while it ends', { endingReason: 'out of time' }, 1, refuse('ending')],
  ])('%s', (_, situation, wanted, plan) => {
    expect(planProposal({ ...free, ...situation }, wanted)).toEqual(plan);
  });

  it('hands out every number once, whatever is wanted in between', () => {
    const numbers: number[] = [];
    for (const wanted of [1, 4, 2, 9, 1, 1]) {
      const plan = planProposal({ ...free, proposed: numbers.length, alive: 0 }, wanted);
      if (plan.kind === 'propose') numbers.push(...plan.numbers);
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
