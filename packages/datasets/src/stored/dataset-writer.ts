import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SplitName } from '@starling/domain';
import {
  presentSplits,
  type SplitSize,
  STANDARDISATION_TENSORS,
  splitTensors,
  writeMetadata,
} from './dataset-header.ts';
import { type DatasetDescription, type Standardisation, widthOf } from './splits.ts';
import { planTensorFile, type TensorFilePlan, type TensorSpec } from './tensor-file.ts';

const REGION_BUFFER_BYTES = 1024 * 1024;
const HASH_BUFFER_BYTES = 4 * 1024 * 1024;

/** A data set in its content-addressed file, and what its header says. */
export interface StoredDataset extends DatasetDescription {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export type SplitSizes = Readonly<Partial<Record<SplitName, SplitSize>>>;

function planDataset(description: DatasetDescription, sizes: SplitSizes): TensorFilePlan {
  const width = widthOf(description.shape, description.layout);
  const tensors: TensorSpec[] = STANDARDISATION_TENSORS.map((name) => ({
    name,
    type: 'F32',
    shape: [width],
  }));
  for (const name of presentSplits(description)) {
    const size = sizes[name] ?? { rows: 0, steps: 0, codes: 0 };
    tensors.push(...splitTensors(name, description.layout, width, size));
  }
  return planTensorFile(tensors, writeMetadata(description));
}

/** Writes one tensor from its start to its end, in order, through a small buffer. */
export class TensorSink {
  readonly #file: FileHandle;
  readonly #end: number;
  readonly #buffer = new Uint8Array(REGION_BUFFER_BYTES);
  #held = 0;
  #position: number;

  constructor(file: FileHandle, place: { start: number; end: number }) {
    this.#file = file;
    this.#position = place.start;
    this.#end = place.end;
  }

  /** Takes the bytes over at once; resolves when there is room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, this.#buffer.length - this.#held);
      this.#buffer.set(bytes.subarray(done, done + length), this.#held);
      this.#held += length;
      done += length;
      if (this.#held === this.#buffer.length) await this.flush();
    }
  }

  /** As `write`, where the caller knows that the buffer has room: no promise a row. */
  writeNow(bytes: Uint8Array): boolean {
    if (bytes.length > this.#buffer.length - this.#held) return false;
    this.#buffer.set(bytes, this.#held);
    this.#held += bytes.length;
    return true;
  }

  async flush(): Promise<void> {
    if (this.#position + this.#held > this.#end) {
      throw new RangeError('more was written than the tensor holds');
    }
    await this.#file.write(this.#buffer, 0, this.#held, this.#position);
    this.#position += this.#held;
    this.#held = 0;
  }

  async finish(): Promise<void> {
    await this.flush();
    if (this.#position !== this.#end) throw new RangeError('the tensor is not full');
  }
}

export function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A data set's file while it is written, under a temporary name in `directory`. */
export interface DatasetDraft extends AsyncDisposable {
  /** The sink of a tensor, as `train.x`; the caller fills it and calls its `finish`. */
  sink(tensor: string): TensorSink;
  /** Writes a whole tensor at once. */
  put(tensor: string, values: Float32Array | Int32Array): Promise<void>;
  /** Writes the statistics, syncs, hashes and moves the file to `<sha256>.safetensors`. */
  seal(
    standardisation: Standardisation,
    outputDirectory: string,
    signal?: AbortSignal,
  ): Promise<StoredDataset>;
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  await using file = await open(path, 'r');
  const hash = createHash('sha256');
  const buffer = new Uint8Array(HASH_BUFFER_BYTES);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}

/**
 * Starts a data set's file. The caller disposes of the draft, and removes `directory` when
 * anything fails; nothing exists outside it before `seal`.
 */
export async function draftDataset(
  directory: string,
  description: DatasetDescription,
  sizes: SplitSizes,
): Promise<DatasetDraft> {
  const plan = planDataset(description, sizes);
  const draftPath = join(directory, 'draft.safetensors');
  const file = await open(draftPath, 'w');
  let isOpen = true;
  async function close(): Promise<void> {
    if (isOpen) await file.close();
    isOpen = false;
  }
  try {
    await file.truncate(plan.bytes);
    await file.write(plan.header, 0, plan.header.length, 0);
  } catch (error) {
    await close();
    throw error;
  }

  function sink(tensor: string): TensorSink {
    const place = plan.places.get(tensor);
    if (place === undefined) throw new RangeError(`no tensor ${tensor}`);
    return new TensorSink(file, place);
  }
  async function put(tensor: string, values: Float32Array | Int32Array): Promise<void> {
    const target = sink(tensor);
    await target.write(bytesOf(values));
    await target.finish();
  }
  return {
    sink,
    put,
    async seal(standardisation, outputDirectory, signal) {
      await put('mean', standardisation.mean);
      await put('scale', standardisation.scale);
      await file.sync();
      await close();
      const sha256 = await hashFile(draftPath, signal);
      const path = join(outputDirectory, `${sha256}.safetensors`);
      await rename(draftPath, path);
      const { size } = await stat(path);
      return { ...description, path, sha256, bytes: size };
    },
    [Symbol.asyncDispose]: close,
  };
}
