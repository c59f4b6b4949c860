import { inputError } from '@starling/domain';
import { z } from 'zod';

/**
 * The safetensors layout: 8 bytes with the header's length (little-endian), a JSON header,
 * raw little-endian tensors without holes. Every tensor starts on a multiple of 64 bytes;
 * since the layout forbids holes, the bytes between are tensors of their own, `pad.N`.
 */
export const TENSOR_ALIGNMENT_BYTES = 64;
const HEADER_LIMIT_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES = 8;

const tensorTypes = { F32: 4, I32: 4, U8: 1 } as const;
export type TensorType = keyof typeof tensorTypes;

export interface TensorSpec {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
}

/** Where a tensor lies in its file, in bytes from the start of the file. */
export interface TensorPlace extends TensorSpec {
  readonly start: number;
  readonly end: number;
}

export interface TensorFilePlan {
  /** Length field, JSON and padding: everything before the first tensor. */
  readonly header: Uint8Array;
  readonly places: ReadonlyMap<string, TensorPlace>;
  readonly bytes: number;
}

const headerEntrySchema = z.strictObject({
  dtype: z.enum(['F32', 'I32', 'U8']),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(headerEntrySchema);

export function byteLengthOf(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, size) => product * size, tensorTypes[tensor.type]);
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / TENSOR_ALIGNMENT_BYTES) * TENSOR_ALIGNMENT_BYTES;
}

/** Lays tensors out in the order given; `metadata` is text by key, as safetensors asks. */
export function planTensorFile(
  tensors: readonly TensorSpec[],
  metadata: Readonly<Record<string, string>>,
): TensorFilePlan {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  const relative: TensorPlace[] = [];
  let position = 0;
  function place(tensor: TensorSpec): void {
    const end = position + byteLengthOf(tensor);
    entries[tensor.name] = {
      dtype: tensor.type,
      shape: tensor.shape,
      data_offsets: [position, end],
    };
    relative.push({ ...tensor, start: position, end });
    position = end;
  }
  tensors.forEach((tensor, index) => {
    place(tensor);
    const gap = alignUp(position) - position;
    const isLast = index === tensors.length - 1;
    if (gap > 0 && !isLast) place({ name: `pad.${index}`, type: 'U8', shape: [gap] });
  });
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const dataStart = alignUp(LENGTH_BYTES + json.length);
  // Spaces after the JSON are part of the header, as the format allows.
  const header = new Uint8Array(dataStart).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  header.set(json, LENGTH_BYTES);
  const places = new Map(
    relative.map((tensor) => [
      tensor.name,
      { ...tensor, start: tensor.start + dataStart, end: tensor.end + dataStart },
    ]),
  );
  return { header, places, bytes: dataStart + position };
}

export interface TensorHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly places: ReadonlyMap<string, TensorPlace>;
}

/** An `invalid-dataset` error about a stored file. */
export function storedFileError(message: string, value?: string): Error {
  return inputError('invalid-dataset', [
    {
      field: 'stored data set',
      message,
      ...(value === undefined ? {} : { value }),
      fix: 'the file is damaged or is no data set of Starling; import the data again',
    },
  ]);
}

/** Bytes to read from the start of a file to have its whole header. Throws on nonsense. */
export function headerBytesOf(firstBytes: Uint8Array, fileBytes: number): number {
  if (firstBytes.length < LENGTH_BYTES) {
    throw storedFileError('it is shorter than a header', `${fileBytes} bytes`);
  }
  const view = new DataView(firstBytes.buffer, firstBytes.byteOffset, firstBytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT_BYTES) || Number(length) + LENGTH_BYTES > fileBytes) {
    throw storedFileError('the header is longer than the file or than 64 MiB', `${length} bytes`);
  }
  return Number(length) + LENGTH_BYTES;
}

function parseHeaderJson(header: Uint8Array): z.infer<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header.slice(LENGTH_BYTES)));
  } catch (error) {
    throw storedFileError('the header is no JSON', String(error));
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw storedFileError('the header is malformed', parsed.error.message);
  return parsed.data;
}

/**
 * Reads and checks a header: every tensor inside the file, its length its shape's product,
 * no holes, no overlaps, no bytes after the last one. `header` includes the length field.
 */
export function parseTensorHeader(header: Uint8Array, fileBytes: number): TensorHeader {
  const { __metadata__: metadata, ...entries } = parseHeaderJson(header);
  const places = Object.entries(entries)
    .map(([name, entry]): TensorPlace => {
      const [start, end] = entry.data_offsets;
      const place: TensorPlace = {
        name,
        type: entry.dtype,
        shape: entry.shape,
        start: start + header.length,
        end: end + header.length,
      };
      if (end - start !== byteLengthOf(place)) {
        throw storedFileError(
          `tensor ${name} has ${end - start} bytes, its shape says ${byteLengthOf(place)}`,
        );
      }
      return place;
    })
    .sort((one, other) => one.start - other.start || one.end - other.end);
  let position = header.length;
  for (const place of places) {
    if (place.start !== position) {
      throw storedFileError(`tensor ${place.name} does not start where the one before it ends`);
    }
    position = place.end;
  }
  if (position !== fileBytes) {
    throw storedFileError(`it should have ${position} bytes by its header`, `${fileBytes} bytes`);
  }
  return { metadata, places: new Map(places.map((place) => [place.name, place])) };
}
