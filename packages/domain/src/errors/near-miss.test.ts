import { expect, it } from 'vitest';
import { metricNames } from '../sweeps/objective.ts';
import { leaderboardOrders } from '../trials/leaderboard.ts';
import { fixOfChoice, nearMiss } from './near-miss.ts';

it.each([
  ['acuracy', leaderboardOrders, 'accuracy'],
  ['Accuracy', leaderboardOrders, 'accuracy'],
  ['paerto', leaderboardOrders, 'pareto'],
  ['overfiting_gap', metricNames, 'overfittingGap'],
  ['validation-acuracy', metricNames, 'validationAccuracy'],
  ['sobel', ['random', 'sobol', 'tpe'], 'sobol'],
  ['tpe', ['random', 'grid', 'gp'], undefined],
  ['ga', ['gp'], undefined],
  ['speed', leaderboardOrders, undefined],
  ['', leaderboardOrders, undefined],
  ['gap', [], undefined],
])('%s of %j was meant as %s', (text, words, expected) => {
  expect(nearMiss(text, words)).toBe(expected);
});

it('names the near miss before all choices, and nothing for what is no text', () => {
  expect(fixOfChoice('gab', ['accuracy', 'gap'])).toBe(
    'did you mean gap? use one of accuracy, gap',
  );
  expect(fixOfChoice(3, ['accuracy', 'gap'])).toBe('use one of accuracy, gap');
});
