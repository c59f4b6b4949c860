import { join } from 'node:path';
import { type ImportOptionsInput, importOptionsSchema } from '@starling/domain';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../stored/open-dataset.ts';
import type { RaggedCodesSplit } from '../stored/splits.ts';
import { createScratchDirectory, type ScratchDirectory } from '../testing/scratch-directory.ts';
import { importDataset } from './import-dataset.ts';

type Rows = readonly unknown[];

async function importRows(
  scratch: ScratchDirectory,
  contents: Readonly<Record<string, Rows | string>>,
  given: Partial<ImportOptionsInput> = {},
) {
  const files: Record<string, string> = {};
  for (const [role, rows] of Object.entries(contents)) {
    const text =
      typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n');
    files[role] = await scratch.write(`${role}.jsonl`, text);
  }
  const base = { name: 'test', label: 'label', format: 'jsonl', files };
  const options = importOptionsSchema.parse({ ...base, ...given });
  const outputDirectory = join(scratch.path, 'out');
  return await importDataset({ options, files: options.files, outputDirectory });
}

/** The visits of one row as names. */
function visitsOf(split: RaggedCodesSplit, vocabulary: readonly string[], row: number): string[][] {
  const from = split.offsets[row] ?? 0;
  const to = split.offsets[row + 1] ?? 0;
  return Array.from({ length: to - from }, (_, step) => {
    const codes = split.codes.subarray(
      split.codeOffsets[from + step],
      split.codeOffsets[from + step + 1],
    );
    return [...codes].map((code) => vocabulary[code] ?? '?');
  });
}

describe('importing sequences of codes', () => {
  test('takes the vocabulary from train alone and counts what it drops', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await importRows(scratch, {
      train: [
        { label: 0, visits: [['b', 'a', 'b'], [], ['c']] },
        { label: 1, visits: [['a']] },
      ],
      validation: [
        {
          label: 1,
          visits: [
            ['x', 'c'],
            ['y', 'x'],
          ],
        },
        { label: 0, visits: [[' a ']] },
      ],
      test: [{ label: 0, visits: [['z']] }],
    });
    expect(stored).toMatchObject({
      layout: 'ragged-codes',
      shape: { kind: 'sequence', features: 3, maxSteps: 3, classes: 2, variable: true },
      vocabulary: ['a', 'b', 'c'],
      classNames: ['0', '1'],
    });
    expect(stored.description).toContain(
      'codes that train does not have were left out: 3 in validation, 1 in test.',
    );
    const dataset = await openDataset(stored.path);
    const read = (name: 'train' | 'validation' | 'test') => {
      const split = dataset.split(name);
      if (split.kind !== 'ragged' || split.content !== 'codes') throw new Error('no codes');
      return Array.from({ length: split.rows }, (_, row) =>
        visitsOf(split, dataset.vocabulary, row),
      );
    };
    expect(read('train')).toEqual([[['a', 'b'], [], ['c']], [['a']]]);
    expect(read('validation')).toEqual([[['c'], []], [['a']]]);
    expect(read('test')).toEqual([[[]]]);
    expect([...dataset.split('validation').y]).toEqual([1, 0]);
    expect([...dataset.standardisation.mean]).toEqual([0, 0, 0]);
    expect([...dataset.standardisation.scale]).toEqual([1, 1, 1]);
  });

  test('orders whole-number codes by number and keeps 01 and 1 apart', async () => {
    await using scratch = await createScratchDirectory();
    const rows = (codes: readonly unknown[]) => [
      { label: 'p', visits: [codes] },
      { label: 'q', visits: [codes] },
    ];
    const numbers = await importRows(scratch, { train: rows([10, 9, '2']), validation: rows([9]) });
    expect(numbers.vocabulary).toEqual(['2', '9', '10']);
    const texts = await importRows(scratch, {
      train: rows(['10', '1', '01']),
      validation: rows([1]),
    });
    expect(texts.vocabulary).toEqual(['01', '1', '10']);
  });

  test('leaves patients without visits out and says how many', async () => {
    await using scratch = await createScratchDirectory();
    const rows = Array.from({ length: 20 }, (_, at) => ({ label: at % 2, visits: [[at]] }));
    const all = [...rows, { label: 1, visits: [] }, { label: 0, visits: [] }];
    const stored = await importRows(scratch, { all });
    expect(stored.splits).toMatchObject({ train: { rows: 16 }, test: { rows: 2 } });
    expect(stored.description).toContain('2 rows without visits left out.');
  });

  test('keeps the visits of one patient on one side', async () => {
    await using scratch = await createScratchDirectory();
    const all = Array.from({ length: 60 }, (_, at) => {
      return { label: at % 2, who: `p${at % 15}`, visits: [[at % 15]] };
    });
    const stored = await importRows(scratch, { all }, { group: 'who' });
    const dataset = await openDataset(stored.path);
    const validation = dataset.split('validation');
    // Codes name patients here, so those of validation are unknown to train, and dropped.
    if (validation.kind !== 'ragged' || validation.content !== 'codes') throw new Error('no codes');
    expect(validation.rows).toBeGreaterThan(0);
    expect(validation.codes.length).toBe(0);
  });
});

describe('importing sequences of steps', () => {
  test('stores lengths and numbers, and statistics over all steps of train', async () => {
    await using scratch = await createScratchDirectory();
    const stored = await importRows(scratch, {
      train: [
        {
          label: 'a',
          steps: [
            [1, 10],
            [3, 10],
          ],
        },
        { label: 'b', steps: [[5, 10]] },
      ],
      validation: [
        {
          label: 'b',
          steps: [
            [100, 0],
            [0, 0],
            [7, 7],
          ],
        },
      ],
    });
    expect(stored.shape).toEqual({
      kind: 'sequence',
      features: 2,
      maxSteps: 3,
      classes: 2,
      variable: true,
    });
    const dataset = await openDataset(stored.path);
    const train = dataset.split('train');
    if (train.kind !== 'ragged' || train.content !== 'steps') throw new Error('no steps');
    expect([...train.offsets]).toEqual([0, 2, 3]);
    expect([...train.x]).toEqual([1, 10, 3, 10, 5, 10]);
    expect([...dataset.standardisation.mean]).toEqual([3, 10]);
    expect(dataset.standardisation.scale[0]).toBeCloseTo(Math.sqrt(8 / 3), 6);
    expect(dataset.standardisation.scale[1]).toBe(1);
  });

  test('of one length become a fixed sequence', async () => {
    await using scratch = await createScratchDirectory();
    const row = (label: number, from: number) => ({
      label,
      steps: [
        [from, 1],
        [from + 2, 1],
      ],
    });
    const stored = await importRows(scratch, {
      train: [row(0, 1), row(1, 3)],
      validation: [row(0, 5)],
    });
    expect(stored.layout).toBe('dense');
    expect(stored.shape).toMatchObject({ features: 2, maxSteps: 2, variable: false });
    const dataset = await openDataset(stored.path);
    const train = dataset.split('train');
    expect(train.kind === 'dense' && [...train.x]).toEqual([1, 1, 3, 1, 3, 1, 5, 1]);
    expect([...dataset.standardisation.mean]).toEqual([3, 1, 3, 1]);
  });
});

describe('importing JSON Lines refuses', () => {
  const good = '{"label":0,"visits":[["a"]]}\n{"label":1,"visits":[["b"]]}\n';
  test.each<[string, string, string]>([
    [
      'a line that is no JSON',
      `${good}{"label":0,\n`,
      'all.jsonl line 3: the line is no JSON (got "{\\"label\\":0,")',
    ],
    ['a list', `${good}[1]\n`, 'all.jsonl line 3: the line is no JSON object'],
    [
      'a missing label',
      `${good}{"Label":0,"visits":[["a"]]}\n`,
      'line 3, key label: the label is missing — did you mean "Label"?',
    ],
    [
      'a label of another kind',
      `${good}{"label":[0],"visits":[["a"]]}`,
      'line 3, key label: the label is no text, number or boolean (got [0])',
    ],
    ['no sequence', `${good}{"label":0}`, 'line 3: the line has no sequence'],
    [
      'two sequences',
      `${good}{"label":0,"visits":[],"steps":[]}`,
      'line 3: the line has both visits and steps',
    ],
    [
      'visits that are no list',
      `${good}{"label":0,"visits":"a"}`,
      'line 3, key visits: no list of visits (got "a")',
    ],
    [
      'a visit that is no list',
      `${good}{"label":0,"visits":[["a"],"b"]}`,
      'line 3, visit 2: no list of codes (got "b")',
    ],
    [
      'a code that is no code',
      `${good}{"label":0,"visits":[["a",1.5]]}`,
      'line 3, visit 1: no code (got 1.5)',
    ],
    [
      'steps after visits',
      `${good}{"label":0,"steps":[[1]]}`,
      'line 3: the line has steps, the ones before have codes',
    ],
    [
      'a step of another length',
      '{"label":0,"steps":[[1,2],[3]]}',
      'line 1, step 2: the step has 1 numbers where the first has 2',
    ],
    [
      'a step without numbers',
      '{"label":0,"steps":[[]]}',
      'line 1, step 1: no list of numbers (got [])',
    ],
    [
      'null in a step',
      '{"label":0,"steps":[[1,null]]}',
      'line 1, step 1: value 2 is no finite 32-bit number (got null)',
    ],
    [
      'a number too large',
      '{"label":0,"steps":[[1e39]]}',
      'line 1, step 1: value 1 is no finite 32-bit number',
    ],
    [
      'steps of another width',
      '{"label":0,"steps":[[1]]}\n{"label":1,"steps":[[1,2]]}',
      'line 2, step 1: steps have 2 numbers, on the lines before 1',
    ],
    ['an empty file', '', 'all.jsonl: the file is empty'],
    [
      'empty sequences only',
      '{"label":0,"visits":[]}\n{"label":1,"visits":[]}',
      'every sequence is empty',
    ],
    ['one class only', '{"label":0,"visits":[["a"]]}', 'every row has the same label'],
    ['another encoding', 'caf\u00e9', 'byte 3: is not valid UTF-8'],
  ])('%s', async (name, text, message) => {
    await using scratch = await createScratchDirectory();
    const content = name === 'another encoding' ? Buffer.from(text, 'latin1') : text;
    const path = await scratch.write('all.jsonl', content);
    const options = importOptionsSchema.parse({
      name: 'test',
      label: 'label',
      format: 'jsonl',
      files: { all: path },
    });
    const outputDirectory = join(scratch.path, 'out');
    const running = importDataset({ options, files: { all: path }, outputDirectory });
    await expect(running).rejects.toThrow(message);
    await expect(running).rejects.toMatchObject({ code: 'invalid-dataset' });
    expect(await scratch.list('out')).toEqual([]);
  });
});
