import { describe, expect, it } from 'vitest';
import { acceptReport } from './epoch-report.ts';
import {
  canTransitionTrial,
  isTrialFinished,
  transitionTrial,
  trialStatuses,
} from './trial-status.ts';

describe('trial transitions', () => {
  it('never change a finished trial', () => {
    for (const from of trialStatuses.filter(isTrialFinished)) {
      for (const to of trialStatuses) expect(canTransitionTrial(from, to)).toBe(false);
    }
  });

  it('reach every status from waiting', () => {
    const reached = new Set<string>(['waiting']);
    for (let round = 0; round < trialStatuses.length; round++) {
      for (const from of trialStatuses) {
        if (!reached.has(from)) continue;
        for (const to of trialStatuses) if (canTransitionTrial(from, to)) reached.add(to);
      }
    }
    expect(reached.size).toBe(trialStatuses.length);
  });

  it('refuse a step that is not in the table, naming both ends', () => {
    expect(() => transitionTrial('waiting', 'completed')).toThrow(
      'a waiting trial cannot become completed',
    );
  });
});

describe('acceptReport', () => {
  const trial = { attempt: 2, lastEpoch: 5, isRunning: true };
  it.each([
    [{ attempt: 2, epoch: 6 }, 'fresh'],
    [{ attempt: 2, epoch: 5 }, 'duplicate'],
    [{ attempt: 2, epoch: 7 }, 'gap'],
    [{ attempt: 1, epoch: 6 }, 'stale'],
    [{ attempt: 3, epoch: 6 }, 'stale'],
  ] as const)('decides %j as %s', (report, decision) => {
    expect(acceptReport(trial, report)).toBe(decision);
  });

  it('takes nothing new for a trial that no longer runs', () => {
    expect(acceptReport({ ...trial, isRunning: false }, { attempt: 2, epoch: 6 })).toBe('stale');
  });
});
