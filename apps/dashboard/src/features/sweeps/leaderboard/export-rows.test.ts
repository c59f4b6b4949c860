import { describe, expect, it } from 'vitest';
import { sampleRow } from '../../../live/sample-sweep.ts';
import { csvCell, rowsToCsv } from './export-rows.ts';

describe('csvCell', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['-0.5', "'-0.5"],
    [-0.5, '-0.5'],
    [null, ''],
    [false, 'false'],
  ])('writes %j as %j', (value, text) => expect(csvCell(value)).toBe(text));
});

describe('rowsToCsv', () => {
  it('gives every parameter of any branch a column', () => {
    const rows = [
      sampleRow(1, { configuration: { family: 'mlp', width: 16 }, overfittingGap: -0.01 }),
      sampleRow(2, { family: 'cnn', configuration: { family: 'cnn', kernel: 5 } }),
    ].map((row, index) => ({ ...row, rank: index + 1, isOnParetoFront: false }));
    const [header, first, second, end] = rowsToCsv(rows).split('\r\n');
    expect(header?.split(',').slice(-2)).toEqual(['parameter.kernel', 'parameter.width']);
    expect(first?.split(',').slice(-2)).toEqual(['', '16']);
    expect(second?.split(',').slice(-2)).toEqual(['5', '']);
    expect(first).toContain(',-0.01,');
    expect(end).toBe('');
  });
});
