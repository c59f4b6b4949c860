import { AppError } from '@starling/domain';

const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;
/** Kernels may read, never write, this much past the end of a block. */
const SLACK_BYTES = 64;
const LIMIT_BYTES = 2 ** 31 - PAGE_BYTES;

/** An address in the memory of one kernels instance, in bytes. */
export type Pointer = number;

/** What the arena needs of a `WebAssembly.Memory`. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * Hands out zeroed blocks of one WebAssembly memory, one after the other; blocks are
 * given back all at once, by `reset`. `allocate…` may grow the memory, which detaches every view:
 * allocate first, then take views.
 */
export class Arena {
  readonly #memory: GrowableMemory;
  readonly #base: number;
  #next: number;

  constructor(memory: GrowableMemory, base: number) {
    this.#memory = memory;
    this.#base = Math.ceil(base / ALIGNMENT) * ALIGNMENT;
    this.#next = this.#base;
  }

  /** Takes every block back and zeroes it; no pointer or view from before may be used. */
  reset(): void {
    new Uint8Array(this.#memory.buffer, this.#base, this.#next - this.#base).fill(0);
    this.#next = this.#base;
  }

  /** Bytes of the memory, handed out or not; it never shrinks. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Bytes handed out so far. */
  get usedBytes(): number {
    return this.#next;
  }

  /** A zeroed block of `count` 4-byte values, aligned to a cache line. */
  allocate(count: number): Pointer {
    const pointer = this.#next;
    const end = pointer + Math.ceil((count * 4 + SLACK_BYTES) / ALIGNMENT) * ALIGNMENT;
    if (!(end <= LIMIT_BYTES)) throw outOfMemory(end);
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      } catch (cause) {
        throw outOfMemory(end, cause);
      }
    }
    this.#next = end;
    return pointer;
  }

  floats(pointer: Pointer, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, count);
  }

  integers(pointer: Pointer, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, pointer, count);
  }

  words(pointer: Pointer, count: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, pointer, count);
  }

  /** 64-bit floats; the pointer is aligned for them. */
  doubles(pointer: Pointer, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, pointer, count);
  }
}

function outOfMemory(bytes: number, cause?: unknown): AppError {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return new AppError(
    'out-of-memory',
    `the network needs ${megabytes} MB for one step; use a smaller batch or network`,
    { cause },
  );
}
