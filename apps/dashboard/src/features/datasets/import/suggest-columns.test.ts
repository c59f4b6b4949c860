import { datasetNameSchema } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import type { FileHead } from './read-file-head.ts';
import {
  suggestIgnored,
  suggestLabel,
  suggestName,
  suggestNameOfSplits,
} from './suggest-columns.ts';

function csv(columns: string[], rows: string[][]): FileHead {
  return { format: 'csv', columns, rows, sequence: null, problem: null };
}

describe('the suggested label', () => {
  it('goes by the name first, whatever its case', () => {
    expect(suggestLabel(csv(['X1', 'Y', 'X2'], []))).toBe('Y');
    expect(suggestLabel(csv(['class', 'label', 'x'], []))).toBe('label');
  });

  it('else takes the last column of few values, and no id', () => {
    const rows = Array.from({ length: 12 }, (_, row) => [`${row}`, `${row % 3}`, `${row / 7}`]);
    expect(suggestLabel(csv(['id', 'kind', 'volt'], rows))).toBe('kind');
    expect(suggestLabel(csv(['a', 'b', 'index'], []))).toBe('b');
  });

  it('is nothing where there is no column', () => expect(suggestLabel(csv([], []))).toBe(''));
});

describe('the suggested columns to leave out', () => {
  it('are ids and texts, but not the label, the group, or numbers with a bad cell', () => {
    const head = csv(
      ['id', 'site', 'ward', 'x', 'y'],
      [
        ['1', 'north', 'a', '1.5', 'yes'],
        ['2', 'south', 'b', 'NA', 'no'],
        ['3', 'south', 'b', '2', 'no'],
      ],
    );
    expect(suggestIgnored(head, 'y', '')).toEqual(['id', 'site', 'ward']);
    expect(suggestIgnored(head, 'y', 'ward')).toEqual(['id', 'site']);
  });

  it('are none for sequences, where other keys are free', () => {
    const head: FileHead = { ...csv(['label', 'id'], [['1', 'a']]), format: 'jsonl' };
    expect(suggestIgnored(head, 'label', '')).toEqual([]);
  });
});

describe('the suggested name', () => {
  it.each([
    ['Seizure Train (1).csv', 'seizure-train-1'],
    ['data.tsv.txt', 'data'],
    ['Épilepsie.CSV', 'epilepsie'],
    ['__x__.jsonl', 'x'],
    ['数据.csv', 'data'],
    [`${'a'.repeat(90)}.csv`, 'a'.repeat(63)],
  ])('of %s is %s', (file, name) => {
    expect(suggestName(file)).toBe(name);
    expect(datasetNameSchema.safeParse(name).success).toBe(true);
  });

  it.each([
    ['seizure_train.csv', 'seizure'],
    ['eeg-validation.csv', 'eeg'],
    ['train.csv', 'train'],
    ['strain.csv', 'strain'],
  ])('of the split %s is %s', (file, name) => expect(suggestNameOfSplits(file)).toBe(name));
});
