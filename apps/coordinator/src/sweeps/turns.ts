interface Line {
  running: number;
  waiting: (() => void)[];
}

/** Lets at most `width` works of one key run at a time, first come first served. */
export class Turns {
  readonly #width: number;
  readonly #lines = new Map<string, Line>();

  constructor(width = 1) {
    this.#width = width;
  }

  async take<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const line = this.#lines.get(key) ?? { running: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.running < this.#width) line.running++;
    // Whoever ends hands its place on, so that nobody slips in between.
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else if (--line.running === 0) this.#lines.delete(key);
    }
  }
}
