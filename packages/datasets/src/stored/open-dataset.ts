import { open } from 'node:fs/promises';
import { AppError, inputError, type SplitName } from '@starling/domain';
import { type DatasetHeader, presentSplits, readDatasetHeader } from './dataset-header.ts';
import { type OpenDataset, type Split, widthOf } from './splits.ts';
import {
  headerBytesOf,
  parseTensorHeader,
  storedFileError,
  TENSOR_ALIGNMENT_BYTES,
} from './tensor-file.ts';

const READ_BYTES = 64 * 1024 * 1024;

/** An `invalid-input` error for a split that a data set does not have. */
export function missingSplitError(name: SplitName): AppError {
  return inputError('invalid-input', [
    {
      field: 'split',
      message: 'the data set has no such split',
      value: name,
      fix: 'use train or validation, or import the data with a test split',
    },
  ]);
}

/** `dataset-unavailable` where a file cannot be opened. */
export async function openForReading(path: string) {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new AppError('dataset-unavailable', `the data set's file cannot be opened: ${path}`, {
      cause,
    });
  }
}

async function readWhole(path: string, shared: boolean): Promise<Uint8Array> {
  await using file = await openForReading(path);
  const { size } = await file.stat();
  const buffer = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  for (let position = 0; position < size; ) {
    const length = Math.min(READ_BYTES, size - position);
    const { bytesRead } = await file.read(bytes, position, length, position);
    if (bytesRead === 0) throw storedFileError('it became shorter while it was read');
    position += bytesRead;
  }
  return bytes;
}

function checkOffsets(name: string, offsets: Int32Array, end: number): void {
  let previous = 0;
  for (const offset of offsets) {
    if (offset < previous) throw storedFileError(`${name} decreases`);
    previous = offset;
  }
  if (offsets[0] !== 0 || previous !== end) {
    throw storedFileError(`${name} should run from 0 to ${end}`);
  }
}

/** Throws unless every value lies in [0, bound). */
export function checkBelow(name: string, values: Int32Array, bound: number): void {
  for (const value of values) {
    if (value < 0 || value >= bound) {
      throw storedFileError(`${name} holds an index out of range 0 to ${bound - 1}`, `${value}`);
    }
  }
}

function viewSplit(bytes: Uint8Array, header: DatasetHeader, name: SplitName): Split {
  const { shape, layout, splits } = header.description;
  const rows = splits[name]?.rows ?? 0;
  const width = widthOf(shape, layout);
  const place = (suffix: string): [ArrayBufferLike, number, number] => {
    const found = header.places.get(`${name}.${suffix}`);
    if (found === undefined) throw storedFileError(`tensor ${name}.${suffix} is missing`);
    return [bytes.buffer, bytes.byteOffset + found.start, (found.end - found.start) / 4];
  };
  const y = new Int32Array(...place('y'));
  checkBelow(`${name}.y`, y, shape.classes);
  if (layout === 'dense') {
    return { kind: 'dense', rows, width, x: new Float32Array(...place('x')), y };
  }
  const offsets = new Int32Array(...place('offsets'));
  if (layout === 'ragged-steps') {
    const x = new Float32Array(...place('x'));
    checkOffsets(`${name}.offsets`, offsets, x.length / width);
    return { kind: 'ragged', content: 'steps', rows, features: width, offsets, x, y };
  }
  const codeOffsets = new Int32Array(...place('code_offsets'));
  const codes = new Int32Array(...place('codes'));
  checkOffsets(`${name}.offsets`, offsets, codeOffsets.length - 1);
  checkOffsets(`${name}.code_offsets`, codeOffsets, codes.length);
  checkBelow(`${name}.codes`, codes, width);
  return {
    kind: 'ragged',
    content: 'codes',
    rows,
    features: width,
    offsets,
    codeOffsets,
    codes,
    y,
  };
}

/**
 * Opens a stored data set: from a path, reading the whole file, or over bytes in memory,
 * which are viewed without copying where they start on a multiple of 64 bytes.
 * @param options.shared load a file into a SharedArrayBuffer, to be passed to threads
 * @throws AppError `dataset-unavailable` (no such file), `invalid-dataset` (damaged file)
 */
export async function openDataset(
  source: string | Uint8Array | ArrayBufferLike,
  options: { shared?: boolean } = {},
): Promise<OpenDataset> {
  let bytes: Uint8Array;
  if (typeof source === 'string') bytes = await readWhole(source, options.shared ?? false);
  else bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
  return viewDataset(bytes);
}

/** `openDataset` for bytes that are already in memory, without waiting. */
export function viewDataset(source: Uint8Array | ArrayBufferLike): OpenDataset {
  const given = source instanceof Uint8Array ? source : new Uint8Array(source);
  const isAligned = given.byteOffset % TENSOR_ALIGNMENT_BYTES === 0;
  const bytes = isAligned ? given : given.slice();
  const headerBytes = headerBytesOf(bytes, bytes.length);
  const header = readDatasetHeader(parseTensorHeader(bytes.subarray(0, headerBytes), bytes.length));
  const views = new Map(
    presentSplits(header.description).map((name) => [name, viewSplit(bytes, header, name)]),
  );
  const statistic = (name: string): Float32Array => {
    const place = header.places.get(name);
    if (place === undefined) throw storedFileError(`tensor ${name} is missing`);
    const length = (place.end - place.start) / 4;
    return new Float32Array(bytes.buffer, bytes.byteOffset + place.start, length);
  };
  return {
    ...header.description,
    standardisation: { mean: statistic('mean'), scale: statistic('scale') },
    buffer: bytes.buffer,
    split(name) {
      const view = views.get(name);
      if (view === undefined) throw missingSplitError(name);
      return view;
    },
  };
}
