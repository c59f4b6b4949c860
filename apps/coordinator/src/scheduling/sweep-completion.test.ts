import { type TrialCounts, trialStatuses } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { aliveOf, decideSweepCompletion } from './sweep-completion.ts';

const counted = (counts: Partial<TrialCounts>): TrialCounts => ({
  ...(Object.fromEntries(trialStatuses.map((status) => [status, 0])) as TrialCounts),
  ...counts,
});
const base = {
  status: 'running' as const,
  budgetTrials: 4,
  proposed: 4,
  endingReason: null,
  lastFailure: null,
};
const goesOn = { kind: 'goes-on' };

describe('decideSweepCompletion', () => {
  it.each([
    ['all done', {}, { completed: 3, stopped: 1 }, { kind: 'complete', reason: null }],
    ['one still runs', {}, { completed: 3, running: 1 }, goesOn],
    ['one still waits', {}, { completed: 3, waiting: 1 }, goesOn],
    ['one is paused', {}, { completed: 3, paused: 1 }, goesOn],
    ['budget left', { proposed: 3 }, { completed: 3 }, goesOn],
    [
      'ended early',
      { proposed: 3, endingReason: 'the grid is small' },
      { completed: 3 },
      { kind: 'complete', reason: 'the grid is small' },
    ],
    ['ending, one runs', { endingReason: 'late' }, { completed: 3, running: 1 }, goesOn],
    ['some failed', {}, { completed: 1, failed: 3 }, { kind: 'complete', reason: null }],
    [
      'all failed',
      { lastFailure: 'out of memory' },
      { failed: 4 },
      { kind: 'fail', reason: 'every trial failed; the last: out of memory' },
    ],
    [
      'nothing proposed',
      { proposed: 0, endingReason: 'no family has weight' },
      {},
      { kind: 'fail', reason: 'no family has weight' },
    ],
    [
      'paused and done',
      { status: 'paused' as const },
      { completed: 4 },
      { kind: 'complete', reason: null },
    ],
    ['over already', { status: 'cancelled' as const }, { completed: 4 }, goesOn],
  ])('%s', (_, situation, counts, completion) => {
    expect(decideSweepCompletion({ ...base, ...situation, counts: counted(counts) })).toEqual(
      completion,
    );
  });

  it('counts waiting, running and paused trials as alive', () => {
    expect(aliveOf(counted({ waiting: 1, running: 2, paused: 4, completed: 8 }))).toBe(7);
  });
});
