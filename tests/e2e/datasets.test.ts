import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSummary } from '@starling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type TestStack } from '../support/stack.ts';
import { storedFiles } from '../support/stored-files.ts';

const header = 'id,patient,low,high,y';

/** Row `index` of a small table: twelve patients, two classes, a row in all numbers but its label. */
const row = (index: number): string =>
  `${index},${index % 12},${(index % 12) / 4},${(index * 7) % 11},${index % 2 === 0 ? 'calm' : 'seizure'}`;
const rows = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => row(from + index));
const table = (lines: readonly string[]): string => `${[header, ...lines].join('\n')}\n`;

/** The table with one more line, which is row 6 as a spreadsheet counts. */
const withLine = (line: string): string => table([...rows(0, 4), line, ...rows(4, 60)]);

describe('data sets brought in by the command line', () => {
  let stack: TestStack;
  let inputs: string;

  beforeAll(async () => {
    stack = await startStack({ slots: 1 });
    inputs = join(stack.folder, 'inputs');
    await mkdir(inputs);
  });
  afterAll(() => stack?.stop());

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(inputs, name);
    await writeFile(path, content);
    return path;
  }

  async function add(name: string, ...arguments_: string[]): Promise<DatasetSummary> {
    const added = await stack.starling('dataset', 'add', name, ...arguments_, '--json');
    expect(added.status, added.stderr).toBe(0);
    return JSON.parse(added.stdout) as DatasetSummary;
  }

  const names = async (): Promise<string[]> =>
    (await stack.api.datasets.list.query()).map(({ name }) => name).sort();

  const artifacts = async (): Promise<string[]> =>
    (await storedFiles(stack)).filter((path) => path.startsWith('data/artifacts/'));

  it('takes a file a split', async () => {
    const made = await add(
      'three-files',
      ...['--train', await file('train.csv', table(rows(0, 40)))],
      ...['--validation', await file('validation.csv', table(rows(40, 50)))],
      ...['--test', await file('test.csv', table(rows(50, 60)))],
      ...['--label', 'y', '--ignore', 'id', '--ignore', 'patient'],
    );
    expect(made.featureNames).toEqual(['low', 'high']);
    expect(made.classNames).toEqual(['calm', 'seizure']);
    expect(made.splits).toEqual({
      train: { rows: 40, perClass: [20, 20] },
      validation: { rows: 10, perClass: [5, 5] },
      test: { rows: 10, perClass: [5, 5] },
    });
    const shown = await stack.starling('dataset', 'show', 'three-files', '--json');
    expect(JSON.parse(shown.stdout)).toEqual(made);
    const samples = await stack.api.datasets.samples.query({ id: made.id, split: 'test' });
    expect(samples[0]?.values).toEqual([(50 % 12) / 4, (50 * 7) % 11]);
    const listed = await stack.starling('dataset', 'list');
    expect(listed.stdout).toContain('three-files');
  });

  it('splits one file by class, the same way for the same seed', async () => {
    const path = await file('all.csv', table(rows(0, 200)));
    const split = ['--label', 'y', '--split', '0.6/0.2/0.2', '--ignore', 'id'];
    const first = await add('by-class', path, ...split, '--seed', '1');
    expect(first.splits).toEqual({
      train: { rows: 120, perClass: [60, 60] },
      validation: { rows: 40, perClass: [20, 20] },
      test: { rows: 40, perClass: [20, 20] },
    });
    expect(first.featureNames).toEqual(['patient', 'low', 'high']);
    const other = await add('by-class-other', path, ...split, '--seed', '2');
    expect(other.sha256).not.toBe(first.sha256);

    const before = await artifacts();
    const again = await add('by-class-again', path, ...split, '--seed', '1');
    expect(again.sha256).toBe(first.sha256);
    expect(await artifacts(), 'the same data must be stored once').toEqual(before);
  });

  it('keeps a group on one side', async () => {
    const path = await file('groups.csv', table(rows(0, 180)));
    const made = await add(
      'grouped',
      ...[path, '--label', 'y', '--split', '0.5/0.25/0.25', '--group', 'patient', '--ignore', 'id'],
    );
    expect(made.featureNames).toEqual(['low', 'high']);
    const sides = await Promise.all(
      (['train', 'validation', 'test'] as const).map(async (split) => {
        const samples = await stack.api.datasets.samples.query({ id: made.id, split, limit: 100 });
        expect(samples).toHaveLength(made.splits[split]?.rows ?? 0);
        // `low` is the patient's number in quarters.
        return new Set(samples.map(({ values }) => (values[0] ?? -1) * 4));
      }),
    );
    const patients = sides.flatMap((side) => [...side]);
    expect(sides.every((side) => side.size > 0)).toBe(true);
    expect(new Set(patients).size, 'no patient on two sides').toBe(patients.length);
    expect(patients).toHaveLength(12);
  });

  it('takes sequences as JSON Lines, of codes and of numbers', async () => {
    const lines = (make: (index: number) => object): string =>
      `${Array.from({ length: 60 }, (_, index) => JSON.stringify(make(index))).join('\n')}\n`;
    const visits = await file(
      'visits.jsonl',
      lines((index) => ({
        label: index % 2,
        visits: Array.from({ length: 1 + (index % 4) }, (_, at) => [`code-${at}`, index % 3]),
      })),
    );
    const coded = await add('visits', visits, '--label', 'label');
    expect(coded.shape).toMatchObject({ kind: 'sequence', variable: true, maxSteps: 4 });
    expect(coded.shape).toMatchObject({ features: 4 + 3, classes: 2 });
    const [sample] = await stack.api.datasets.samples.query({ id: coded.id, split: 'train' });
    expect(sample?.codes?.length).toBe(sample?.steps?.length);
    expect(sample?.codes?.[0]).toContain('code-0');

    const steps = await file(
      'steps.jsonl',
      lines((index) => ({
        outcome: index % 2 === 0 ? 'up' : 'down',
        steps: Array.from({ length: 2 + (index % 3) }, (_, at) => [at, index % 2, 0.5]),
      })),
    );
    const dense = await add('steps', steps, '--label', 'outcome');
    expect(dense.shape).toMatchObject({ kind: 'sequence', variable: true, features: 3 });
    expect(dense.classNames).toEqual(['down', 'up']);
  });

  const utf16 = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

  /** What is wrong, the file, and what its message must say: place, value (where there is one), fix. */
  const bad: [what: string, content: string | Buffer, ...says: string[]][] = [
    ['a ragged row', withLine('1,2,3,4,calm,6'), 'row 6', '6 cells', 'add or remove cells'],
    [
      'text in a number column',
      withLine('1,2,three,4,calm'),
      ...['row 6, column low', 'got "three"', 'write a number'],
    ],
    ['a missing label', withLine('1,2,3,4,'), 'row 6, column y', 'got ""', 'fill it or drop'],
    ['not a number', withLine('1,2,NaN,4,calm'), 'row 6, column low', 'got "NaN"', 'fill it with'],
    [
      'one class only',
      table(rows(0, 60).map((line) => line.replace('seizure', 'calm'))),
      ...['column y', 'got "calm"', 'at least two classes'],
    ],
    ['a file without a byte', '', 'is empty', 'give it a row'],
    ['a header only', table([]), 'has no rows', 'give it one row'],
    ['UTF-16', utf16(table(rows(0, 60))), 'byte 0', 'UTF-16', 'save the file as UTF-8'],
    [
      'UTF-16 without a mark',
      Buffer.from(table(rows(0, 60)), 'utf16le'),
      ...['byte 1', 'UTF-16', 'save the file as UTF-8'],
    ],
    [
      'Latin-1',
      Buffer.from(table(rows(0, 60)).replaceAll('calm', 'müde'), 'latin1'),
      ...['0xFC', 'not valid UTF-8', 'save the file as UTF-8'],
    ],
    ['an opened quote', withLine('1,2,3,4,"calm'), 'row 6, column y', 'never closed', 'close the'],
  ];

  it.each(bad)('refuses %s and keeps nothing of it', async (what, content, ...says) => {
    const before = { names: await names(), files: await storedFiles(stack) };
    const path = await file(`${what.replaceAll(' ', '-')}.csv`, content);
    const refused = await stack.starling('dataset', 'add', 'refused', path, '--label', 'y');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`${what.replaceAll(' ', '-')}.csv`);
    for (const words of says) expect(refused.stderr).toContain(words);
    expect({ names: await names(), files: await storedFiles(stack) }).toEqual(before);
  });

  const sequence = (index: number): string =>
    JSON.stringify({ label: index % 2, steps: [[1, index]] });
  const badLines: [what: string, line: string, ...says: string[]][] = [
    ['a line that is no JSON', '{"label":0,"steps":[[1,NaN]]}', 'line 3', 'no JSON', 'one object'],
    ['a missing label', '{"steps":[[1,2]]}', 'line 3, key label', 'missing', 'drop the line'],
    ['a step too short', '{"label":0,"steps":[[1,2],[3]]}', 'line 3, step 2', 'got [3]'],
    ['text among numbers', '{"label":0,"steps":[[1,"2"]]}', 'line 3, step 1', 'got "2"'],
    ['codes among steps', '{"label":0,"visits":[["a"]]}', 'line 3', 'use visits', 'or steps'],
  ];

  it.each(badLines)(
    'refuses JSON Lines with %s and keeps nothing',
    async (_what, line, ...says) => {
      const before = { names: await names(), files: await storedFiles(stack) };
      const lines = [0, 1, 2, 3, 4, 5].map(sequence).toSpliced(2, 0, line);
      const path = await file('sequences.jsonl', `${lines.join('\n')}\n`);
      const refused = await stack.starling('dataset', 'add', 'refused', path, '--label', 'label');
      expect(refused.status).toBe(2);
      for (const words of says) expect(refused.stderr).toContain(words);
      expect({ names: await names(), files: await storedFiles(stack) }).toEqual(before);
    },
  );

  /** Refusals for another reason than the rows. */
  const misuse: [what: string, name: string, flags: string[], ...says: string[]][] = [
    ['a label that is no column', 'x', ['--label', 'z'], 'column z', 'the columns are id, patient'],
    ['a name that is none', 'Not A Name', ['--label', 'y'], 'got "Not A Name"', 'lower-case'],
    ['a name that is taken', 'digits', ['--label', 'y'], 'digits', 'choose another name'],
    [
      'shares that do not add up',
      'x',
      ['--label', 'y', '--split', '0.8/0.3/0.1'],
      ...['--split', 'got 0.8/0.3/0.1', 'write 0.8/0.1/0.1'],
    ],
  ];

  it.each(misuse)('refuses %s and keeps nothing of it', async (_what, name, flags, ...says) => {
    const before = { names: await names(), files: await storedFiles(stack) };
    const path = await file('fine.csv', table(rows(0, 60)));
    const refused = await stack.starling('dataset', 'add', name, path, ...flags);
    expect(refused.status).toBe(2);
    for (const words of says) expect(refused.stderr).toContain(words);
    expect({ names: await names(), files: await storedFiles(stack) }).toEqual(before);
  });

  it('keeps nothing of three files of which the last is bad', async () => {
    const before = await storedFiles(stack);
    const train = await file('t.csv', table(rows(0, 40)));
    const flags = ['--label', 'y', '--train', train, '--validation', train, '--test'];
    for (const bytes of ['', table(['1,2,3,4,unheard'])]) {
      const last = await file('e.csv', bytes);
      const refused = await stack.starling('dataset', 'add', 'refused', ...flags, last);
      expect(refused.status).toBe(2);
      expect(refused.stderr).toContain('e.csv');
      expect(await storedFiles(stack)).toEqual(before);
    }
  });

  it('removes a data set with its file, unless another one has the same', async () => {
    const path = await file('to-go.csv', table(rows(0, 90)));
    const made = await add('to-go', path, '--label', 'y');
    await add('to-stay', path, '--label', 'y');
    const removed = await stack.starling('dataset', 'remove', 'to-go');
    expect(removed.status, removed.stderr).toBe(0);
    expect(await names()).not.toContain('to-go');
    expect((await artifacts()).some((name) => name.endsWith(made.sha256))).toBe(true);
    const samples = await stack.api.datasets.samples.query({ id: 'to-stay', split: 'train' });
    expect(samples).toHaveLength(10);
  });
});
