import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemList } from '../importing/problem-list.ts';
import { CsvRows } from './csv-rows.ts';
import { planColumns } from './plan-columns.ts';
import { readCsvHeader } from './read-header.ts';

interface TableRead {
  readonly values: number[];
  readonly labels: string[];
  readonly groups: string[];
}

/** Reads a text as the importer does, in pieces of `step` bytes. */
function readTable(
  text: string,
  step: number,
  roles = { group: 'g', ignore: ['skip'] },
): TableRead {
  const source = Buffer.from(text);
  const problems = new ProblemList();
  const whole = { bytes: source, from: 0, to: source.length, isFinal: true };
  const header = readCsvHeader('t.csv', whole);
  if (header === undefined) throw new Error('no header');
  const plan = planColumns('t.csv', header.names, { label: 'y', ...roles }, problems);
  const labels: string[] = [];
  const groups: string[] = [];
  const rows = new CsvRows(
    { fileName: 't.csv', names: header.names, delimiter: header.delimiter, plan },
    new Float32Array(plan.featureNames.length * 3),
    { label: (name) => labels.push(name), group: (name) => groups.push(name) },
    problems,
  );
  const values: number[] = [];
  let from = header.next;
  for (let to = Math.min(from + step, source.length); ; to = Math.min(to + step, source.length)) {
    const isFinal = to === source.length;
    // A block of its own with the sentinel behind it, as readBlocks makes them.
    const block = Buffer.concat([source.subarray(0, to), Buffer.from('\n')]);
    for (;;) {
      from = rows.parse(block, from, to, isFinal);
      const isFull = rows.isFull;
      values.push(...rows.values.subarray(0, rows.rows * plan.featureNames.length));
      rows.rows = 0;
      if (!isFull || from >= to) break;
    }
    if (isFinal) break;
  }
  problems.throwIfAny();
  return { values, labels, groups };
}

function quote(cell: string, isForced: boolean): string {
  return isForced || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Decimals next to the middle between two 32-bit floats, where a wrong last bit shows. */
const middles = fc
  .tuple(fc.integer({ min: 0x3f800000, max: 0x4b000000 }), fc.integer({ min: 12, max: 20 }))
  .map(([bits, digits]) => {
    const [one = 0, next = 0] = new Float32Array(Uint32Array.of(bits, bits + 1).buffer);
    return ((one + next) / 2).toPrecision(digits);
  });
const numberTexts = fc.oneof(
  middles,
  fc.integer({ min: -3000, max: 3000 }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat(9_999_999))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(12)),
  fc.constantFrom('0', '-0', '+1.5', '1e5', '.25', '7.', '123456789012345678901234567890'),
);
const names = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter(
  // Cells of labels are trimmed, which csv-parse is not told to do.
  (text) => text.trim() === text && !text.includes('\r') && !text.includes('\u0000'),
);
const tables = fc.record({
  rows: fc.array(
    fc.record({ a: numberTexts, b: numberTexts, y: names, g: names, skip: fc.string() }),
    { minLength: 1, maxLength: 12 },
  ),
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  isQuoted: fc.boolean(),
  hasLastLineEnd: fc.boolean(),
  step: fc.integer({ min: 1, max: 300 }),
});

describe('rows of a CSV file', () => {
  test('are read as csv-parse reads them, wherever blocks are cut', () => {
    fc.assert(
      fc.property(tables, ({ rows, delimiter, lineEnd, isQuoted, hasLastLineEnd, step }) => {
        const lines = rows.map((row) =>
          [row.a, row.y, row.skip, row.b, row.g]
            .map((cell) => quote(cell, isQuoted))
            .join(delimiter),
        );
        const text =
          [['a', 'y', 'skip', 'b', 'g'].join(delimiter), ...lines].join(lineEnd) +
          (hasLastLineEnd ? lineEnd : '');
        const oracle: Record<string, string>[] = parse(text, {
          columns: true,
          delimiter,
          record_delimiter: lineEnd,
        });
        const read = readTable(text, step);
        expect(read.labels).toEqual(oracle.map((row) => row['y']));
        expect(read.groups).toEqual(oracle.map((row) => row['g']));
        const expected = oracle.flatMap((row) => [row['a'], row['b']].map(Number));
        expect(read.values).toEqual(expected.map(Math.fround));
      }),
      { numRuns: 300 },
    );
  });

  test('count blank lines, and skip them', () => {
    const read = readTable('a,y,g\n1,p,g1\n\n\r\n2,q,g2\n\n', 4, { group: 'g', ignore: [] });
    expect(read).toEqual({ values: [1, 2], labels: ['p', 'q'], groups: ['g1', 'g2'] });
    expect(() => readTable('a,y,g\n1,p,g\n\nx,q,g\n', 5, { group: 'g', ignore: [] })).toThrow(
      't.csv row 4, column a: text in a number column (got "x")',
    );
  });

  test.each([
    [
      'a quote that is never closed',
      'a,y,g\n1,"p,g\n2,q,g\n',
      'row 2, column y: a quote is opened',
    ],
    ['text behind a quote', 'a,y,g\n1,"p"x,g\n', 'row 2, column y: text follows a closing quote'],
    ['a quote in an open cell', 'a,y,g\n1,p"q,g\n', 'row 2, column y: a quote stands inside'],
    ['a bare carriage return', 'a,y,g\n1\r2,p,g\n', 'row 2, column a: text in a number column'],
    ['an empty label', 'a,y,g\n1, ,g\n', 'row 2, column y: the label is empty'],
    ['an empty group', 'a,y,g\n1,p,\n', 'row 2, column g: the group is empty'],
    ['too few cells', 'a,y,g\n1,p\n', 'row 2: the row has 2 cells where the header has 3'],
    ['too many cells', 'a,y,g\n1,p,g,4\n', 'row 2: the row has 4 cells where the header has 3'],
  ])('are refused with %s', (_, text, message) => {
    for (const step of [1, 3, 1000]) {
      const read = () => readTable(text, step, { group: 'g', ignore: [] });
      expect(read).toThrow(message);
      // A row that was read again counts once.
      expect(read).toThrow(expect.objectContaining({ problems: [expect.anything()] }));
    }
  });
});
