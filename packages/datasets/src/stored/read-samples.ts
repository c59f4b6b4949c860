import type { FileHandle } from 'node:fs/promises';
import { type DatasetSample, inputError, type SplitName } from '@starling/domain';
import { type DatasetHeader, readDatasetHeader } from './dataset-header.ts';
import { checkBelow, missingSplitError, openForReading } from './open-dataset.ts';
import { sampleOf } from './sample-of.ts';
import { type DatasetDescription, type OpenDataset, type Split, widthOf } from './splits.ts';
import { headerBytesOf, parseTensorHeader, storedFileError } from './tensor-file.ts';

/** Row numbers spread evenly over a split, so that a sorted file shows more than one class. */
function spreadRows(rows: number, limit: number): number[] {
  const count = Math.min(rows, limit);
  return Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count));
}

/** Up to `limit` samples of an open data set, spread evenly over the split. */
export function readSamples(
  dataset: OpenDataset,
  splitName: SplitName,
  limit: number,
): DatasetSample[] {
  const split = dataset.split(splitName);
  return spreadRows(split.rows, limit).map((row) => sampleOf(dataset, split, row, row));
}

async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw storedFileError('it ends before its data');
    done += bytesRead;
  }
  return bytes;
}

async function readHeader(file: FileHandle): Promise<DatasetHeader> {
  const { size } = await file.stat();
  const first = await readBytes(file, 0, Math.min(8, size));
  const header = await readBytes(file, 0, headerBytesOf(first, size));
  return readDatasetHeader(parseTensorHeader(header, size));
}

/**
 * What a stored file says of itself, from its header alone.
 * @throws AppError `dataset-unavailable` (no such file), `invalid-dataset` (damaged file)
 */
export async function describeDatasetFile(path: string): Promise<DatasetDescription> {
  await using file = await openForReading(path);
  return (await readHeader(file)).description;
}

/** Reads one row of a split as a split of one row. */
async function readRow(
  file: FileHandle,
  { description, places }: DatasetHeader,
  name: SplitName,
  row: number,
): Promise<Split> {
  const width = widthOf(description.shape, description.layout);
  const read = async (suffix: string, from: number, count: number): Promise<ArrayBufferLike> => {
    const place = places.get(`${name}.${suffix}`);
    const start = (place?.start ?? 0) + from * 4;
    if (place === undefined || from < 0 || count < 0 || start + count * 4 > place.end) {
      throw storedFileError(`an offset of ${name} points outside ${suffix}`);
    }
    return (await readBytes(file, start, count * 4)).buffer;
  };
  const y = new Int32Array(await read('y', row, 1));
  checkBelow(`${name}.y`, y, description.shape.classes);
  if (description.layout === 'dense') {
    const x = new Float32Array(await read('x', row * width, width));
    return { kind: 'dense', rows: 1, width, x, y };
  }
  const [from = 0, to = 0] = new Int32Array(await read('offsets', row, 2));
  const offsets = Int32Array.of(0, to - from);
  if (description.layout === 'ragged-steps') {
    const x = new Float32Array(await read('x', from * width, (to - from) * width));
    return { kind: 'ragged', content: 'steps', rows: 1, features: width, offsets, x, y };
  }
  const visitOffsets = new Int32Array(await read('code_offsets', from, to - from + 1));
  const first = visitOffsets[0] ?? 0;
  const codes = new Int32Array(await read('codes', first, (visitOffsets.at(-1) ?? 0) - first));
  checkBelow(`${name}.codes`, codes, width);
  const codeOffsets = visitOffsets.map((offset) => offset - first);
  return {
    kind: 'ragged',
    content: 'codes',
    rows: 1,
    features: width,
    offsets,
    codeOffsets,
    codes,
    y,
  };
}

async function readRows(
  path: string,
  name: SplitName,
  choose: (rows: number) => number[],
): Promise<DatasetSample[]> {
  await using file = await openForReading(path);
  const header = await readHeader(file);
  const counts = header.description.splits[name];
  if (counts === null) throw missingSplitError(name);
  const samples: DatasetSample[] = [];
  for (const row of choose(counts.rows)) {
    samples.push(sampleOf(header.description, await readRow(file, header, name, row), 0, row));
  }
  return samples;
}

/** As `readSamples`, from a file, reading no more than the header and the rows shown. */
export async function readSamplesFromFile(
  path: string,
  split: SplitName,
  limit: number,
): Promise<DatasetSample[]> {
  return await readRows(path, split, (rows) => spreadRows(rows, limit));
}

/**
 * Samples `start` to `start + count` of a split (fewer at its end), reading no more of the
 * file than its header and those rows.
 * @throws AppError `invalid-input` for a start outside the split, or a split that is absent
 */
export async function readSampleRange(
  path: string,
  split: SplitName,
  range: { start: number; count: number },
): Promise<DatasetSample[]> {
  return await readRows(path, split, (rows) => {
    if (!Number.isInteger(range.start) || range.start < 0 || range.start >= rows) {
      throw inputError('invalid-input', [
        {
          field: 'start',
          message: `the split has rows 0 to ${rows - 1}`,
          value: String(range.start),
          fix: 'ask for a row inside the split',
        },
      ]);
    }
    const count = Math.min(range.count, rows - range.start);
    return Array.from({ length: count }, (_, at) => range.start + at);
  });
}
