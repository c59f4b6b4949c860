import { join } from 'node:path';
import { datasetSampleSchema, importOptionsSchema } from '@starling/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importDataset } from '../importing/import-dataset.ts';
import { createScratchDirectory } from '../testing/scratch-directory.ts';
import { openDataset } from './open-dataset.ts';
import { readSampleRange, readSamples, readSamplesFromFile } from './read-samples.ts';
import { shortestDecimal } from './sample-of.ts';

const codeRows = Array.from({ length: 12 }, (_, at) => ({
  label: at % 3,
  visits: Array.from({ length: 1 + (at % 4) }, (_, visit) => [`c${(at + visit) % 5}`, 'c0']),
}));
const stepRows = codeRows.map(({ label, visits }, at) => ({
  label,
  steps: visits.map((_, step) => [at + 0.1, step]),
}));

async function importLines(directory: string, rows: readonly unknown[], path: string) {
  const files = { train: path, validation: path };
  const options = importOptionsSchema.parse({ name: 't', label: 'label', format: 'jsonl', files });
  expect(rows.length).toBe(12);
  return await importDataset({ options, files, outputDirectory: join(directory, 'out') });
}

describe('samples', () => {
  test.each([
    ['codes', codeRows],
    ['steps', stepRows],
  ])('of %s are the same from memory and from the file', async (_, rows) => {
    await using scratch = await createScratchDirectory();
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    const path = await scratch.write('rows.jsonl', lines);
    const stored = await importLines(scratch.path, rows, path);
    const dataset = await openDataset(stored.path);
    const whole = readSamples(dataset, 'validation', 100);
    expect(whole).toHaveLength(12);
    for (const sample of whole) expect(datasetSampleSchema.parse(sample)).toEqual(sample);
    expect(await readSamplesFromFile(stored.path, 'validation', 100)).toEqual(whole);
    expect(await readSampleRange(stored.path, 'validation', { start: 5, count: 3 })).toEqual(
      whole.slice(5, 8),
    );
    const spread = readSamples(dataset, 'validation', 3);
    expect(spread.map(({ index }) => index)).toEqual([0, 4, 8]);
    expect(await readSamplesFromFile(stored.path, 'validation', 3)).toEqual(spread);
  });

  test('of codes name them, beside vectors of 0 and 1', async () => {
    await using scratch = await createScratchDirectory();
    const lines = codeRows.map((row) => JSON.stringify(row)).join('\n');
    const path = await scratch.write('rows.jsonl', lines);
    const stored = await importLines(scratch.path, codeRows, path);
    const [sample] = await readSampleRange(stored.path, 'train', { start: 2, count: 1 });
    expect(sample).toEqual({
      index: 2,
      className: '2',
      values: [],
      steps: [
        [1, 0, 1, 0, 0],
        [1, 0, 0, 1, 0],
        [1, 0, 0, 0, 1],
      ],
      codes: [
        ['c0', 'c2'],
        ['c0', 'c3'],
        ['c0', 'c4'],
      ],
    });
    await expect(readSampleRange(stored.path, 'test', { start: 0, count: 1 })).rejects.toThrow(
      'the data set has no such split (got test)',
    );
    await expect(readSampleRange(stored.path, 'train', { start: 12, count: 1 })).rejects.toThrow(
      'start: the split has rows 0 to 11 (got 12)',
    );
  });
});

describe('the shortest decimal', () => {
  test('is the number that was written, for up to 6 digits', () => {
    expect(shortestDecimal(Math.fround(0.1))).toBe(0.1);
    expect(shortestDecimal(Math.fround(-1885.25))).toBe(-1885.25);
  });

  test('is always the same 32-bit float', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(shortestDecimal(value)) + 0).toBe(value + 0);
      }),
    );
  });
});
