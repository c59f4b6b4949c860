import { type FileHandle, open } from 'node:fs/promises';

const BUFFER_VALUES = 512 * 1024;

type Values = Float32Array | Int32Array;

/** Numbers put aside on disk between two passes; in order, one type a file. */
export class Spool implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #buffer: Values;
  #held = 0;
  #length = 0;

  private constructor(file: FileHandle, buffer: Values) {
    this.#file = file;
    this.#buffer = buffer;
  }

  static async create(path: string, type: 'f32' | 'i32'): Promise<Spool> {
    const file = await open(path, 'w+');
    const buffer = type === 'f32' ? Float32Array : Int32Array;
    return new Spool(file, new buffer(BUFFER_VALUES));
  }

  /** Values so far. */
  get length(): number {
    return this.#length;
  }

  async append(values: Values | readonly number[]): Promise<void> {
    for (let done = 0; done < values.length; ) {
      const count = Math.min(values.length - done, BUFFER_VALUES - this.#held);
      for (let at = 0; at < count; at++)
        this.#buffer[this.#held + at] = values[done + at] as number;
      this.#held += count;
      done += count;
      if (this.#held === BUFFER_VALUES) await this.flush();
    }
    this.#length += values.length;
  }

  async flush(): Promise<void> {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#held * 4);
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#file.write(bytes, done, bytes.length - done)).bytesWritten;
    }
    this.#held = 0;
  }

  /** Reads from the start; call it after the last `append` and `flush`. */
  reader<Type extends Values>(empty: (length: number) => Type): SpoolReader<Type> {
    return new SpoolReader(this.#file, empty, this.#length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Reads a spool from its start to its end. */
export class SpoolReader<Type extends Values> {
  readonly #file: FileHandle;
  readonly #empty: (length: number) => Type;
  readonly #length: number;
  #buffer: Type;
  #bufferStart = 0;
  #buffered = 0;
  #position = 0;

  constructor(file: FileHandle, empty: (length: number) => Type, length: number) {
    this.#file = file;
    this.#empty = empty;
    this.#length = length;
    this.#buffer = empty(BUFFER_VALUES);
  }

  /** The next `count` values as a view, good until the next call. */
  async take(count: number): Promise<Type> {
    if (this.#position + count > this.#length) throw new RangeError('the spool ends here');
    if (this.#position + count > this.#bufferStart + this.#buffered) await this.#fill(count);
    const from = this.#position - this.#bufferStart;
    this.#position += count;
    return this.#buffer.subarray(from, from + count) as Type;
  }

  async #fill(count: number): Promise<void> {
    if (count > this.#buffer.length) this.#buffer = this.#empty(count);
    const wanted = Math.min(this.#buffer.length, this.#length - this.#position) * 4;
    const bytes = new Uint8Array(this.#buffer.buffer, 0, wanted);
    for (let done = 0; done < wanted; ) {
      const at = this.#position * 4 + done;
      const { bytesRead } = await this.#file.read(bytes, done, wanted - done, at);
      if (bytesRead === 0) throw new RangeError('the spool is shorter than it was');
      done += bytesRead;
    }
    this.#bufferStart = this.#position;
    this.#buffered = wanted / 4;
  }
}
