import { join } from 'node:path';
import { AppError, type ImportOptionsInput, importOptionsSchema } from '@starling/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../stored/open-dataset.ts';
import { createScratchDirectory, type ScratchDirectory } from '../testing/scratch-directory.ts';
import { importDataset } from './import-dataset.ts';

type Given = Partial<ImportOptionsInput>;
type Contents = Readonly<Record<string, string | Uint8Array>>;

async function importTexts(scratch: ScratchDirectory, contents: Contents, given: Given = {}) {
  const files: Record<string, string> = {};
  for (const [role, content] of Object.entries(contents)) {
    files[role] = await scratch.write(`${role}.csv`, content);
  }
  const options = importOptionsSchema.parse({ name: 'test', label: 'y', files, ...given });
  const outputDirectory = join(scratch.path, 'out');
  return await importDataset({ options, files: options.files, outputDirectory });
}

/** `rows` rows of two features, of two classes by turns. */
function table(rows: number, first = 0): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    return `${row + first},${(row + first) / 4},${row % 2 === 0 ? 'no' : 'yes'}`;
  });
  return `a,b,y\n${lines.join('\n')}\n`;
}

async function refusalOf(contents: Contents, given: Given = {}): Promise<AppError> {
  await using scratch = await createScratchDirectory();
  const error: unknown = await importTexts(scratch, contents, given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${error}`);
  // Nothing half-written stays.
  expect(await scratch.list('out')).toEqual([]);
  expect(error.code).toBe('invalid-dataset');
  for (const problem of error.problems) expect(problem.field).not.toBe('');
  return error;
}

describe('importing CSV', () => {
  test('of one file splits it by class, and stores the raw values', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await importTexts(scratch, { all: table(20) });
    expect(stored).toMatchObject({
      layout: 'dense',
      shape: { kind: 'signal', channels: 1, length: 2, classes: 2 },
      classNames: ['no', 'yes'],
      featureNames: ['a', 'b'],
      isSynthetic: false,
      description: 'Split 0.8/0.1/0.1 by class, seed 1.',
      splits: {
        train: { rows: 16, perClass: [8, 8] },
        validation: { rows: 2, perClass: [1, 1] },
        test: { rows: 2, perClass: [1, 1] },
      },
    });
    expect(await scratch.list('out')).toEqual([`${stored.sha256}.safetensors`]);
    const dataset = await openDataset(stored.path);
    const seen: number[] = [];
    for (const name of ['train', 'validation', 'test'] as const) {
      const split = dataset.split(name);
      if (split.kind !== 'dense') throw new Error('expected dense rows');
      for (let row = 0; row < split.rows; row++) {
        const [a = -1, b = -1] = split.x.subarray(row * 2, row * 2 + 2);
        expect(b).toBe(a / 4);
        expect(split.y[row]).toBe(a % 2);
        seen.push(a);
      }
    }
    expect(seen.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, a) => a));
  });

  test('of three files keeps them apart, rows in order, statistics from train alone', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await importTexts(scratch, {
      train: 'a,b,y\n1,5,p\n3,5,q\n',
      // Columns in another order, other line ends, a mark, another delimiter.
      validation: '\uFEFFy;b;a\r\nq;50;30\r\np;60;40',
      test: 'b\ta\ty\n7\t8\tp\n',
    });
    const dataset = await openDataset(stored.path);
    const valuesOf = (name: 'train' | 'validation' | 'test') => {
      const split = dataset.split(name);
      return split.kind === 'dense' ? { x: [...split.x], y: [...split.y] } : undefined;
    };
    expect(valuesOf('train')).toEqual({ x: [1, 5, 3, 5], y: [0, 1] });
    expect(valuesOf('validation')).toEqual({ x: [30, 50, 40, 60], y: [1, 0] });
    expect(valuesOf('test')).toEqual({ x: [8, 7], y: [0] });
    expect([...dataset.standardisation.mean]).toEqual([2, 5]);
    // b is constant in train.
    expect([...dataset.standardisation.scale]).toEqual([1, 1]);
  });

  test('gives the same file for the same rows and seed, another for another seed', async () => {
    await using scratch = await createScratchDirectory();
    const first = await importTexts(scratch, { all: table(50) });
    const again = await importTexts(scratch, { all: table(50) }, { name: 'other' });
    const other = await importTexts(scratch, { all: table(50) }, { seed: 2 });
    expect(again.sha256).toBe(first.sha256);
    expect(other.sha256).not.toBe(first.sha256);
  });

  test('without a share for test stores no test split', async () => {
    await using scratch = await createScratchDirectory();
    const split = { train: 0.75, validation: 0.25, test: 0 };
    const stored = await importTexts(scratch, { all: table(20) }, { split });
    expect(stored.splits).toMatchObject({
      train: { rows: 15 },
      validation: { rows: 5 },
      test: null,
    });
    const dataset = await openDataset(stored.path);
    expect(() => dataset.split('test')).toThrow('the data set has no such split');
  });

  test('keeps groups together and leaves group and ignored columns out', async () => {
    await using scratch = await createScratchDirectory();
    const lines = Array.from({ length: 60 }, (_, row) => {
      return `${row},text ${row},patient ${row % 12},${row % 3 === 0 ? 1 : 0}`;
    });
    const all = `a,note,who,y\n${lines.join('\n')}\n`;
    const stored = await importTexts(scratch, { all }, { group: 'who', ignore: ['note'] });
    expect(stored.featureNames).toEqual(['a']);
    expect(stored.description).toContain('each who kept on one side');
    const dataset = await openDataset(stored.path);
    const sideOf = new Map<number, string>();
    for (const name of ['train', 'validation', 'test'] as const) {
      const split = dataset.split(name);
      if (split.kind !== 'dense') throw new Error('expected dense rows');
      for (const row of split.x) {
        expect(sideOf.get(row % 12) ?? name).toBe(name);
        sideOf.set(row % 12, name);
      }
    }
  });

  test('gives back every number it was given, as a 32-bit float', async () => {
    await using scratch = await createScratchDirectory();
    const number = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 2, maxLength: 30 }), async (numbers) => {
        const rows = numbers.map((value, row) => `${value},${row % 2}`).join('\n');
        const stored = await importTexts(scratch, {
          train: `x,y\n${rows}`,
          validation: 'x,y\n0,0\n0,1\n',
        });
        const split = (await openDataset(stored.path)).split('train');
        // JavaScript writes -0 as 0.
        expect(split.kind === 'dense' && [...split.x]).toEqual(numbers.map((value) => value + 0));
      }),
      { numRuns: 25 },
    );
  });
});

describe('importing CSV refuses', () => {
  const replaced = (from: string, to: string): string => table(20).replace(from, to);
  test.each<[string, Contents, Given, string]>([
    [
      'a ragged row',
      { all: replaced('3,0.75,yes', '3,0.75') },
      {},
      'all.csv row 5: the row has 2 cells where the header has 3',
    ],
    [
      'text in a number column',
      { all: replaced('3,0.75', '3,high') },
      {},
      'all.csv row 5, column b: text in a number column (got "high") — write a number, or leave the column out with ignore',
    ],
    [
      'NaN',
      { all: replaced('3,0.75', 'NaN,0.75') },
      {},
      'all.csv row 5, column a: the value is missing (not a number) (got "NaN")',
    ],
    [
      'an infinite number',
      { all: replaced('3,0.75', '-inf,0.75') },
      {},
      'all.csv row 5, column a: the number is infinite (got "-inf")',
    ],
    [
      'an empty cell',
      { all: replaced('3,0.75', ',0.75') },
      {},
      'all.csv row 5, column a: the cell is empty (got "")',
    ],
    [
      'a label that is not there',
      { all: table(20) },
      { label: 'Y' },
      'all.csv row 1, column Y: there is no such column for the label (got "Y") — did you mean "y"? the columns are a, b, y',
    ],
    [
      'a group that is not there',
      { all: table(20) },
      { group: 'patient' },
      'there is no such column for the group (got "patient") — the columns are a, b, y',
    ],
    [
      'an ignored column that is not there',
      { all: table(20) },
      { ignore: ['aa'] },
      'there is no such column for the ignore list (got "aa") — did you mean "a"?',
    ],
    [
      'the label as the group',
      { all: table(20) },
      { group: 'y' },
      'group: the column has another part already (got "y")',
    ],
    [
      'the label among the ignored',
      { all: table(20) },
      { ignore: ['y'] },
      'ignore: the label’s column cannot be left out (got "y")',
    ],
    [
      'nothing to learn from',
      { all: table(20) },
      { ignore: ['a', 'b'] },
      'all.csv row 1: no column is left to learn from',
    ],
    [
      'one class only',
      { all: table(20).replaceAll('no', 'yes') },
      {},
      'all.csv, column y: every row has the same label, and there is nothing to tell apart (got "yes")',
    ],
    [
      'one class written in two ways',
      { all: 'a,y\n1,1\n2,1.0\n3,01\n' },
      {},
      'every row has the same label',
    ],
    ['an empty file', { all: '' }, {}, 'all.csv: the file is empty'],
    ['a header without rows', { all: 'a,b,y\n' }, {}, 'all.csv: the file has no rows of data'],
    [
      'a header with a name twice',
      { all: 'a,a,y\n1,2,3\n' },
      {},
      'all.csv row 1, column a: columns 1 and 2 have the same name',
    ],
    [
      'no header',
      { all: '1,2,3\n4,5,6\n' },
      {},
      'the first row holds numbers only, so the header is missing',
    ],
    [
      'a class too small for the split',
      { all: `${table(20)}9,9,rare\n` },
      {},
      'class rare: it has too few rows for a split of 0.8/0.1/0.1 (got 1 row) — give it at least 3 rows, or drop the class',
    ],
    [
      'an encoding other than UTF-8',
      { all: Buffer.from('a,y\n1,né\n', 'latin1') },
      {},
      'all.csv byte 7: is not valid UTF-8 (got 0xE9, "é" in Windows-1252) — save the file as UTF-8',
    ],
    [
      'UTF-16',
      { all: Buffer.from('\uFEFFa,y\n1,2\n', 'utf16le') },
      {},
      'all.csv byte 0: is UTF-16 (little-endian), not UTF-8',
    ],
    [
      'a class that train does not have',
      { train: table(4), validation: 'a,b,y\n1,2,maybe\n' },
      {},
      'validation.csv: class "maybe" is not in train.csv, so it cannot be learnt (got 1 rows)',
    ],
    [
      'a file that lacks a column',
      { train: table(4), validation: 'a,y\n1,no\n' },
      {},
      'validation.csv row 1, column b: there is no such column for the columns of train.csv',
    ],
    [
      'a file with a column too many',
      { train: table(4), validation: 'a,b,c,y\n1,2,3,no\n' },
      {},
      'validation.csv row 1, column c: train.csv has no such column',
    ],
    [
      'an empty validation file',
      { train: table(4), validation: 'a,b,y\n' },
      {},
      'validation.csv: the file has no rows of data',
    ],
    [
      'too few groups',
      { all: table(20).replaceAll(/^(\d+),/gm, 'g,') },
      { group: 'a' },
      'group a: no whole group fits into',
    ],
  ])('%s', async (_, contents, given, message) => {
    expect((await refusalOf(contents, given)).message).toContain(message);
  });

  test('with up to 20 problems at once, not more than 5 of one column', async () => {
    const columns = Array.from({ length: 8 }, (_, column) => `c${column}`);
    const bad = Array.from({ length: 40 }, () => columns.map(() => 'x').join(','));
    const { problems } = await refusalOf({
      all: `${columns.join(',')},y\n${bad.join(',p\n')},q\n`,
    });
    expect(problems).toHaveLength(20);
    const lone = await refusalOf({ all: table(2000).replaceAll(/^\d+,/gm, 'x,') });
    expect(lone.problems.map(({ field }) => field)).toEqual([
      ...[2, 3, 4, 5, 6].map((row) => `all.csv row ${row}, column a`),
      'all.csv column a',
    ]);
    expect(lone.message).toContain('1000 more rows so far have a problem here');
  });

  test('a label column of more than 10,000 values before reading on', async () => {
    const rows = Array.from({ length: 10_050 }, (_, row) => `${row},${row}`).join('\n');
    const { message } = await refusalOf({ all: `a,y\n${rows}` });
    expect(message).toContain('all.csv column y: the label has more than 10000 different values');
  });

  test('a file that is not there', async () => {
    await using scratch = await createScratchDirectory();
    const options = importOptionsSchema.parse({ name: 't', label: 'y', files: { all: 'gone' } });
    const outputDirectory = join(scratch.path, 'out');
    const files = { all: join(scratch.path, 'gone.csv') };
    const running = importDataset({
      options,
      files,
      outputDirectory,
      fileNames: { all: 'mine.csv' },
    });
    await expect(running).rejects.toThrow('mine.csv: the file cannot be opened');
    expect(await scratch.list('out')).toEqual([]);
  });
});

describe('an import', () => {
  test('reports its stages and leaves nothing when aborted', async () => {
    await using scratch = await createScratchDirectory();
    const path = await scratch.write('all.csv', table(50_000));
    const options = importOptionsSchema.parse({ name: 't', label: 'y', files: { all: path } });
    const request = { options, files: { all: path }, outputDirectory: join(scratch.path, 'out') };
    for (const stage of ['reading', 'splitting', 'writing']) {
      const abort = new AbortController();
      const running = importDataset({
        ...request,
        signal: abort.signal,
        onProgress: (progress) => progress.stage === stage && abort.abort(),
      });
      await expect(running).rejects.toThrow(/abort/);
      expect(await scratch.list('out')).toEqual([]);
    }
    const stages: string[] = [];
    let last = { rows: 0, bytesRead: 0, totalBytes: 1 };
    await importDataset({
      ...request,
      onProgress: (progress) => {
        if (stages.at(-1) !== progress.stage) stages.push(progress.stage);
        last = progress;
      },
    });
    expect(stages).toEqual(['reading', 'splitting', 'writing', 'done']);
    expect(last.rows).toBe(50_000);
    expect(last.bytesRead).toBe(last.totalBytes);
  });
});
