import { describe, expect, it } from 'vitest';
import { type EtaSituation, etaOf } from './eta-of.ts';

const base: EtaSituation = {
  epochsDone: 20,
  finished: { trials: 2, epochs: 20 },
  budgetTrials: 10,
  budgetEpochs: 10,
  activeMs: 10_000,
  untilDeadlineMs: null,
  isOver: false,
  isRunning: true,
};

describe('etaOf', () => {
  it.each([
    ['by the pace so far', {}, 40],
    ['epochs of running trials count', { epochsDone: 40, activeMs: 20_000 }, 30],
    [
      'trials that were stopped early shorten the rest',
      { epochsDone: 10, finished: { trials: 2, epochs: 10 } },
      40,
    ],
    ['before the first trial ended', { epochsDone: 10, finished: { trials: 0, epochs: 0 } }, 90],
    ['nothing before the first epoch', { epochsDone: 0, finished: { trials: 0, epochs: 0 } }, null],
    ['the deadline bounds it', { untilDeadlineMs: 15_000 }, 15],
    ['the deadline alone before the first epoch', { epochsDone: 0, untilDeadlineMs: 60_000 }, 60],
    ['never below zero', { finished: { trials: 10, epochs: 20 } }, 0],
    ['nothing while paused', { isRunning: false }, null],
    ['zero when over', { isOver: true, isRunning: false }, 0],
  ])('%s', (_, situation, seconds) => {
    expect(etaOf({ ...base, ...situation })).toEqual(seconds);
  });
});
