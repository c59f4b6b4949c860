import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, parseHead, readFileHead } from './read-file-head.ts';

const head = (text: string, name = 'data.csv', isWhole = true) =>
  parseHead(name, new TextEncoder().encode(text), isWhole);

describe('the head of a CSV', () => {
  it('gives columns and rows, whatever separates them', () => {
    for (const delimiter of [',', ';', '\t']) {
      const { columns, rows, problem } = head(
        `${['a', 'b', 'y'].join(delimiter)}\r\n${['1', '2.5', 'x'].join(delimiter)}\r\n`,
      );
      expect(columns).toEqual(['a', 'b', 'y']);
      expect(rows).toEqual([['1', '2.5', 'x']]);
      expect(problem).toBeNull();
    }
  });

  it('takes off the byte order mark and names the unnamed', () => {
    expect(head('\uFEFFid, ,y\n1,2,3\n').columns).toEqual(['id', 'column 2', 'y']);
  });

  it('respects quotes: separators, line ends and doubled quotes within', () => {
    const { columns, rows } = head('"a, b","say ""hi""",y\n"1\n2",3,4');
    expect(columns).toEqual(['a, b', 'say "hi"', 'y']);
    expect(rows).toEqual([['1\n2', '3', '4']]);
  });

  it('leaves out a last row that is cut off', () => {
    expect(head('a,y\n1,2\n3,', 'data.csv', false).rows).toEqual([['1', '2']]);
    expect(head('a,y\n1,2\n3,4').rows).toHaveLength(2);
  });

  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['1,2,3\n4,5,6\n', 'header is missing'],
    ['a,a,y\n1,2,3\n', 'Two columns are called “a”'],
    ['only\n1\n', 'one column'],
    ['a,b,y\n1,2,3\n1,2\n', 'Row 3 has 2 cells where the header has 3'],
  ])('says of %j that something is wrong: %s', (text, words) => {
    expect(head(text).problem).toContain(words);
  });

  it('knows what is no UTF-8 and no text, but not by a character cut in two', () => {
    const bytes = new TextEncoder().encode('höhe,y\n1,2\nß');
    expect(parseHead('a.csv', bytes.slice(0, -1), false).problem).toBeNull();
    expect(parseHead('a.csv', Uint8Array.of(0x61, 0xe4, 0x2c, 0x62), true).problem).toContain(
      'not UTF-8',
    );
    expect(parseHead('a.xlsx', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), true).problem).toContain(
      'no text',
    );
  });

  it('asks for the name where the header does not end in sight', () => {
    expect(head(`a,${'x'.repeat(100)}`, 'data.csv', false).problem).toContain('longer than 64 KiB');
  });
});

describe('the head of JSON Lines', () => {
  it('gives the keys beside the sequence', () => {
    const { format, columns, rows, sequence, problem } = head(
      '{"label":1,"patient":"p1","visits":[["a"]]}\n{"label":0,"visits":[]}\n',
      'data.jsonl',
    );
    expect({ format, columns, sequence, problem }).toEqual({
      format: 'jsonl',
      columns: ['label', 'patient'],
      sequence: 'visits',
      problem: null,
    });
    expect(rows).toEqual([
      ['1', 'p1'],
      ['0', ''],
    ]);
  });

  it('is known by its first character too, and ignores a line cut off', () => {
    const found = head('{"label":1,"steps":[[1]]}\n{"label":0,"ste', 'data.json', false);
    expect(found).toMatchObject({ format: 'jsonl', sequence: 'steps', problem: null });
    expect(found.rows).toHaveLength(1);
  });

  it.each([
    ['{"label":1}\n', 'neither visits nor steps'],
    ['{"label":1,"steps":[[1]]}\nnot json\n', 'Line 2 is no JSON object'],
    ['[1,2]\n', 'Line 1 is no JSON object'],
  ])('says of %j that something is wrong: %s', (text, words) => {
    expect(head(text, 'data.jsonl').problem).toContain(words);
  });
});

it('a file is read by its first 64 KiB alone', async () => {
  const slices: (number | undefined)[][] = [];
  class WatchedFile extends File {
    override slice(start?: number, end?: number): Blob {
      slices.push([start, end]);
      return super.slice(start, end);
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      throw new Error('the whole file was read');
    }
  }
  const file = new WatchedFile([`a,y\n${'1,2\n'.repeat(40_000)}`], 'big.csv');
  const { columns, rows } = await readFileHead(file);
  expect(slices).toEqual([[0, HEAD_BYTES]]);
  expect(columns).toEqual(['a', 'y']);
  expect(rows.length).toBeLessThanOrEqual(200);
});
