import { describe, expect, it } from 'vitest';
import { sampleRow } from '../../../live/sample-sweep.ts';
import { filterRows, noFilter, type RowFilter } from './filter-rows.ts';

const rows = [
  sampleRow(1, { status: 'completed', configuration: { family: 'mlp', optimizer: 'adam' } }),
  sampleRow(2, { family: 'cnn', configuration: { family: 'cnn', optimizer: 'sgd' } }),
  sampleRow(12, { family: 'cnn', configuration: { family: 'cnn', optimizer: 'adam' } }),
].map((row) => ({ ...row, rank: row.number, isOnParetoFront: false }));
const numbers = (filter: Partial<RowFilter>) =>
  filterRows(rows, { ...noFilter, ...filter }).map((row) => row.number);

describe('filterRows', () => {
  it('passes all without a filter', () => expect(numbers({})).toEqual([1, 2, 12]));
  it('keeps families and states', () => {
    expect(numbers({ families: ['cnn'] })).toEqual([2, 12]);
    expect(numbers({ families: ['cnn'], statuses: ['completed'] })).toEqual([]);
  });
  it('searches configurations', () => {
    expect(numbers({ search: 'optimizer=adam' })).toEqual([1, 12]);
    expect(numbers({ search: 'ADAM cnn' })).toEqual([12]);
  });
  it('takes a number as a trial, not as a part of one', () => {
    expect(numbers({ search: '#2' })).toEqual([2]);
    expect(numbers({ search: '1' })).toEqual([1]);
  });
});
