import type { FinishedTrialRow } from '@starling/db';
import type { Objective } from '@starling/domain';
import { expect, it } from 'vitest';
import { readMeasured } from './read-measured.ts';

const row: FinishedTrialRow = {
  finishOrder: 1,
  number: 1,
  configuration: { family: 'mlp' },
  outcome: 'completed',
  bestEpoch: 2,
  trainAccuracy: 0.9,
  validationAccuracy: 0.8,
  overfittingGap: 0.1,
  trainLoss: null,
  validationLoss: null,
  validationMacroF1: null,
  validationAuc: null,
  parameters: 120,
  flops: 240,
  seconds: 1,
  epochs: 3,
  objectiveValues: [7, 0.75],
  violations: [],
};
const objectives: Objective[] = [
  { metric: 'cost', direction: 'minimize' },
  { metric: 'validationAccuracy', direction: 'maximize' },
];

it.each([
  ['an own metric by its place', row, 'cost', 7],
  ['an objective before the column of its name', row, 'validationAccuracy', 0.75],
  ['a column that is no objective', row, 'parameters', 120],
  ['a column where values were not kept', { ...row, objectiveValues: null }, 'parameters', 120],
  [
    'the column of an objective that was not kept',
    { ...row, objectiveValues: null },
    'validationAccuracy',
    0.8,
  ],
  ['nothing of what was not measured', row, 'trainLoss', null],
  ['nothing of what nobody knows', row, 'price', null],
  ['nothing of what is no number', row, 'outcome', null],
  ['nothing of what is beyond numbers', { ...row, objectiveValues: [Infinity, 1] }, 'cost', null],
])('reads %s', (_, from, metric, expected) => {
  expect(readMeasured(from, metric, objectives)).toBe(expected);
});
