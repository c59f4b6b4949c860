import { expect, it } from 'vitest';
import { samplesTable } from './samples-table.ts';

it('has a row a sample of a signal, named as its columns are', () => {
  const shape = { kind: 'signal', channels: 1, length: 2, classes: 2 } as const;
  const samples = [
    { index: 0, className: 'a', values: [1.5, 2], steps: null },
    { index: 4, className: 'b', values: [3, 4], steps: null },
  ];
  expect(samplesTable({ shape, featureNames: ['X1', 'X2'] }, samples)).toEqual({
    columns: ['sample', 'row 1, a', 'row 5, b'],
    rows: [
      ['X1', '1.5', '3'],
      ['X2', '2', '4'],
    ],
  });
});

it('leaves the end of shorter sequences open', () => {
  const shape = { kind: 'sequence', features: 1, maxSteps: 2, classes: 2 } as const;
  const samples = [
    { index: 0, className: 'a', values: [], steps: [[1], [2]] },
    { index: 1, className: 'b', values: [], steps: [[3]] },
  ];
  expect(samplesTable({ shape, featureNames: [] }, samples).rows).toEqual([
    ['1, 1', '1', '3'],
    ['2, 1', '2', '–'],
  ]);
});

it('names codes visit by visit', () => {
  const shape = { kind: 'sequence', features: 2, maxSteps: 2, classes: 2 } as const;
  const samples = [
    { index: 0, className: 'a', values: [], steps: [[1, 0]], codes: [['I10', 'E11']] },
  ];
  expect(samplesTable({ shape, featureNames: [] }, samples).rows).toEqual([
    ['1', 'a', '1', 'I10, E11'],
  ]);
});
