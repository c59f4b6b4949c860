import { type PhiloxKey, philox4x32 } from './philox.ts';

/** One part of the name of a random stream. */
export type StreamPart = string | number;

/** A named stream of random numbers; the same name gives the same numbers everywhere. */
export interface Random {
  /** Next unsigned 32-bit integer. */
  uint32(): number;
  /** Next number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** Next integer in [0, bound); unbiased. `bound` is from 1 to 2^32. */
  integer(bound: number): number;
  /** Next standard normal number (Box–Muller). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns its argument. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T;
  /** How many 32-bit words were drawn so far: with the name, the whole state. */
  readonly drawn: number;
}

/** 32-bit FNV-1a over the parts' text, a separator between parts. */
function hashParts(parts: readonly StreamPart[], basis: number): number {
  let hash = basis >>> 0;
  for (const part of parts) {
    const text = `${typeof part === 'number' ? 'n' : 's'}${part}\u0000`;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
  }
  return hash;
}

/** The Philox key of a named stream. */
export function streamKey(seed: number, ...stream: readonly StreamPart[]): PhiloxKey {
  return [
    hashParts([seed, ...stream], 0x811c9dc5),
    hashParts([...stream, seed, 'second word'], 0x01234567),
  ];
}

/**
 * A stream named by a seed and its parts, for example `createRandom(seed, 'order', epoch)`.
 */
export function createRandom(seed: number, ...stream: readonly StreamPart[]): Random {
  const key = streamKey(seed, ...stream);
  let block = 0;
  let words: readonly number[] = [];
  let used = 4;
  let spare: number | undefined;

  function uint32(): number {
    if (used === 4) {
      words = philox4x32([block >>> 0, Math.floor(block / 0x100000000), 0, 0], key);
      block++;
      used = 0;
    }
    return words[used++] as number;
  }

  function uniform(): number {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  function integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) {
      throw new RangeError(`bound must be an integer from 1 to 2^32, got ${bound}`);
    }
    const limit = 0x100000000 - (0x100000000 % bound);
    let word = uint32();
    while (word >= limit) word = uint32();
    return word % bound;
  }

  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return {
    uint32,
    uniform,
    integer,
    normal,
    shuffle(items) {
      for (let index = items.length - 1; index > 0; index--) {
        const other = integer(index + 1);
        const held = items[index];
        items[index] = items[other];
        items[other] = held;
      }
      return items;
    },
    get drawn() {
      return block === 0 ? 0 : (block - 1) * 4 + used;
    },
  };
}

/** The seed of a trial: a function of the sweep's seed and the trial's number alone. */
export function trialSeed(sweepSeed: number, trialNumber: number): number {
  return createRandom(sweepSeed, 'trial', trialNumber).uint32();
}
