/** A growing list of small integers, 4 bytes each. */
export class IndexList {
  #values = new Int32Array(4096);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  get length(): number {
    return this.#length;
  }

  /** The values so far, as a view. */
  toArray(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Gives every distinct text a number, in the order first seen. */
export class NameTable {
  readonly #indexOf = new Map<string, number>();

  indexOf(name: string): number {
    const found = this.#indexOf.get(name);
    if (found !== undefined) return found;
    const index = this.#indexOf.size;
    this.#indexOf.set(name, index);
    return index;
  }

  get size(): number {
    return this.#indexOf.size;
  }

  get names(): string[] {
    return [...this.#indexOf.keys()];
  }
}
