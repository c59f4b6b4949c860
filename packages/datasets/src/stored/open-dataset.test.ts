import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@starling/domain';
import { beforeAll, describe, expect, test } from 'vitest';
import { storeRows } from '../built-in/store-rows.ts';
import { createScratchDirectory } from '../testing/scratch-directory.ts';
import { openDataset, viewDataset } from './open-dataset.ts';
import { describeDatasetFile, readSampleRange } from './read-samples.ts';
import { headerBytesOf, parseTensorHeader } from './tensor-file.ts';

let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  await using scratch = await createScratchDirectory();
  const stored = await storeRows(
    {
      x: Float32Array.from({ length: 18 }, (_, at) => at / 10),
      classes: Int32Array.of(0, 1, 0, 1, 0, 1),
      sides: Uint8Array.of(0, 0, 0, 0, 1, 2),
      period: 3,
    },
    {
      shape: { kind: 'signal', channels: 1, length: 3, classes: 2 },
      classNames: ['no', 'yes'],
      featureNames: ['a', 'b', 'c'],
      isSynthetic: true,
      description: 'six rows',
    },
    scratch.path,
  );
  bytes = new Uint8Array(await readFile(stored.path));
});

/** The stored file with one change: a tensor's first value, or text of equal length in the header. */
function damaged(change: { tensor: string; value: number } | { from: string; to: string }) {
  const copy = bytes.slice();
  const headerBytes = headerBytesOf(copy, copy.length);
  if ('tensor' in change) {
    const { places } = parseTensorHeader(copy.subarray(0, headerBytes), copy.length);
    const start = places.get(change.tensor)?.start ?? 0;
    new DataView(copy.buffer).setInt32(start, change.value, true);
  } else {
    expect(change.to.length).toBe(change.from.length);
    const text = Buffer.from(copy.buffer, 0, headerBytes).toString('latin1');
    expect(text).toContain(change.from);
    copy.set(Buffer.from(text.replace(change.from, change.to), 'latin1'), 0);
  }
  return copy;
}

describe('opening a stored data set', () => {
  test('gives views of the bytes, no copies', () => {
    const dataset = viewDataset(bytes);
    expect(dataset.buffer).toBe(bytes.buffer);
    const train = dataset.split('train');
    if (train.kind !== 'dense') throw new Error('expected dense rows');
    expect(train.x.buffer).toBe(bytes.buffer);
    expect(train.x.byteOffset % 64).toBe(0);
    expect(train.rows).toBe(4);
    expect([...train.x]).toEqual([...Float32Array.from({ length: 12 }, (_, at) => at / 10)]);
    expect([...train.y]).toEqual([0, 1, 0, 1]);
    expect(dataset).toMatchObject({ isSynthetic: true, description: 'six rows' });
  });

  test('copies bytes that do not lie on 64', () => {
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const dataset = viewDataset(shifted.subarray(1));
    expect([...dataset.split('test').y]).toEqual([1]);
  });

  test('loads a file, on shared memory where asked', async () => {
    await using scratch = await createScratchDirectory();
    const path = await scratch.write('d.safetensors', bytes);
    expect((await openDataset(path)).buffer).toBeInstanceOf(ArrayBuffer);
    const shared = await openDataset(path, { shared: true });
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...shared.split('validation').y]).toEqual([0]);
  });

  test('says that a file is not there', async () => {
    const opening = openDataset(join('no', 'such', 'file'));
    await expect(opening).rejects.toMatchObject({ code: 'dataset-unavailable', kind: 'peer' });
  });

  test.each([
    ['a label that is no class', { tensor: 'train.y', value: 2 }, /train.y holds an index out/],
    ['a negative label', { tensor: 'test.y', value: -1 }, /test.y holds an index out/],
    ['another format', { from: 'starling-dataset', to: 'something-else!!' }, /no data set of/],
    [
      'another version',
      { from: 'Version":"1"', to: 'Version":"7"' },
      /format version is not known/,
    ],
    ['a missing tensor', { from: '"train.x"', to: '"train.z"' }, /tensor train.x is missing/],
    ['another shape', { from: '\\"length\\":3', to: '\\"length\\":4' }, /names 3 columns/],
    ['other counts', { from: '\\"rows\\":4', to: '\\"rows\\":5' }, /class counts of train/],
    ['other classes', { from: '\\"classes\\":2', to: '\\"classes\\":3' }, /names 2 classes/],
  ])('refuses %s', (_, change, message) => {
    const copy = damaged(change);
    expect(() => viewDataset(copy)).toThrow(message);
    expect(() => viewDataset(copy)).toThrow(AppError);
  });

  test('refuses any file that is cut short', () => {
    for (let length = 0; length < bytes.length; length += 37) {
      expect(() => viewDataset(bytes.slice(0, length))).toThrow(AppError);
    }
  });
});

describe('reading from a file', () => {
  test('needs the header only to describe it, and the rows only to show them', async () => {
    await using scratch = await createScratchDirectory();
    const path = await scratch.write('d.safetensors', bytes);
    const description = await describeDatasetFile(path);
    expect(description.splits.train).toEqual({ rows: 4, perClass: [2, 2] });
    expect(await readSampleRange(path, 'train', { start: 3, count: 5 })).toEqual([
      { index: 3, className: 'yes', values: [0.9, 1, 1.1], steps: null },
    ]);
  });
});
