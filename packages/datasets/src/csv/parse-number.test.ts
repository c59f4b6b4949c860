import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber } from './parse-number.ts';

describe('a cell as a number', () => {
  test.each([
    ['0', 0],
    [' -12.5 ', -12.5],
    ['+.5', 0.5],
    ['5.', 5],
    ['1e-3', 0.001],
    ['2.5E+10', 2.5e10],
    ['00012', 12],
  ])('%j is %d', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test('takes every finite number in the float range as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(value === 0 ? Number(String(value)) : value);
      }),
    );
  });

  test.each([
    ['', 'the cell is empty'],
    ['  ', 'the cell is empty'],
    ['NaN', 'the value is missing (not a number)'],
    ['n/a', 'the value is missing (not a number)'],
    ['?', 'the value is missing (not a number)'],
    ['inf', 'the number is infinite'],
    ['-Infinity', 'the number is infinite'],
    ['1e39', 'the number is too large for a 32-bit float'],
    ['1,5', 'the decimal sign is a comma'],
    ['abc', 'text in a number column'],
    ['0x1f', 'text in a number column'],
    ['1 2', 'text in a number column'],
    ['1_000', 'text in a number column'],
    ['--1', 'text in a number column'],
    ['.', 'text in a number column'],
    ['1e', 'text in a number column'],
  ])('%j is refused: %s', (text, message) => {
    expect(parseNumber(text)).toMatchObject({ message, fix: expect.any(String) });
  });
});
