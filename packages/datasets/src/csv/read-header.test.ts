import { describe, expect, test } from 'vitest';
import { readCsvHeader } from './read-header.ts';

function read(text: string, isFinal = true) {
  const bytes = Buffer.from(text);
  return readCsvHeader('h.csv', { bytes, from: 0, to: bytes.length, isFinal });
}

describe('the header of a CSV file', () => {
  test.each([
    ['a,b,y\n1', ',', ['a', 'b', 'y']],
    ['a;b;y\r\n1', ';', ['a', 'b', 'y']],
    ['a\tb\ty', '\t', ['a', 'b', 'y']],
    ['"a,1";"b ""x""";y\n', ';', ['a,1', 'b "x"', 'y']],
    [',b,y\n', ',', ['column 1', 'b', 'y']],
    ['"two\nlines",y\n', ',', ['two\nlines', 'y']],
  ])('%j', (text, delimiter, names) => {
    const header = read(text);
    expect(header?.names).toEqual(names);
    expect(String.fromCharCode(header?.delimiter ?? 0)).toBe(delimiter);
  });

  test('waits for its end', () => {
    expect(read('a,b', false)).toBeUndefined();
    expect(read('"a\n', false)).toBeUndefined();
    expect(read('a,b\n1', false)?.next).toBe(4);
  });

  test.each([
    ['', 'h.csv: the file is empty'],
    ['\n\n', 'h.csv: the file is empty'],
    ['only\n1\n', 'h.csv row 1: the header has one column only (got "only")'],
    ['1,2,3\n4,5,6\n', 'the first row holds numbers only, so the header is missing'],
    ['a,b,a\n', 'h.csv row 1, column a: columns 1 and 3 have the same name'],
    ['a,y\r1,2\r', 'lines end in a bare carriage return'],
  ])('%j is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
