import { createRandom, philox4x32, streamKey } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import {
  activationCodes,
  type KernelBuild,
  type Kernels,
  loadKernels,
  type Pointer,
  padded,
  productStart,
} from './index.ts';

const builds: readonly KernelBuild[] = ['relaxed', 'plain'];

function put(kernels: Kernels, values: ArrayLike<number>): Pointer {
  const pointer = kernels.arena.allocate(values.length);
  kernels.arena.floats(pointer, values.length).set(values);
  return pointer;
}

function noise(count: number, seed: number): Float32Array {
  const random = createRandom(seed, 'noise');
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Values over a range, and their images under an activation. */
function activate(
  kernels: Kernels,
  xs: number[],
  code: keyof typeof activationCodes,
): Float32Array {
  const count = padded(xs.length);
  const pointer = put(kernels, [...xs, ...new Array<number>(count - xs.length).fill(0)]);
  kernels.activationForward(pointer, pointer, count, activationCodes[code]);
  return kernels.arena.floats(pointer, xs.length).slice();
}

describe.each(builds)('kernels (%s)', (build) => {
  it.each([
    [1, 4, 1],
    [3, 8, 7],
    [4, 12, 600],
    [67, 20, 33],
    [130, 44, 1100],
    // Columns so far apart that B goes through panels; rows and terms over several blocks.
    [300, 128, 40],
    [17, 256, 530],
    // Large enough to be packed: blocks, tiles and columns that are not whole.
    [32, 64, 32],
    [263, 84, 301],
  ])('multiply matrices of %i × %i over %i terms, A in either order', (rows, columns, terms) => {
    const kernels = loadKernels({ build });
    const a = noise(rows * terms, 1);
    const b = noise(terms * columns, 2);
    const bias = noise(columns, 3);
    const transposed = a.map(
      (_, index) => a[(index % rows) * terms + Math.floor(index / rows)] ?? 0,
    );
    const c = kernels.arena.allocate(rows * columns);
    const expected = Float32Array.from({ length: rows * columns }, (_, index) => {
      const row = Math.floor(index / columns);
      let sum = bias[index % columns] ?? 0;
      for (let k = 0; k < terms; k++) {
        sum += (a[row * terms + k] ?? 0) * (b[k * columns + (index % columns)] ?? 0);
      }
      return Math.max(sum, 0);
    });
    const places = { a: put(kernels, a), t: put(kernels, transposed), b: put(kernels, b) };
    const biasPlace = put(kernels, bias);
    for (const [place, row, term] of [
      [places.a, terms, 1],
      [places.t, 1, rows],
    ] as const) {
      kernels.gemm(
        c,
        columns,
        place,
        row,
        term,
        places.b,
        columns,
        rows,
        columns,
        terms,
        2,
        biasPlace,
        1,
      );
      kernels.arena.floats(c, rows * columns).forEach((value, index) => {
        expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(
          2e-5 * Math.sqrt(terms) + 1e-5,
        );
      });
    }
  });

  it.each([
    [5, 7, 9],
    // The smallest that is packed.
    [32, 64, 32],
    // Large enough to be packed, over two blocks of terms, columns and rows left over; and too tall.
    [70, 83, 301],
    [261, 66, 70],
  ])(
    'multiply %i × %i over %i terms by a transposed matrix, to the bits of the other way',
    (rows, bRows, terms) => {
      const kernels = loadKernels({ build });
      const [columns, stride] = [padded(bRows), padded(terms)];
      const [a, b] = [
        put(kernels, noise(rows * stride, 5)),
        put(kernels, noise(bRows * stride, 6)),
      ];
      const [scratch, transposed] = [0, 0].map(() => put(kernels, noise(terms * columns, 7)));
      kernels.transpose(transposed as Pointer, columns, b, stride, bRows, terms);
      for (const start of [productStart.zero, productStart.destination] as const) {
        const first = noise(rows * columns, 8);
        const [one, other] = [put(kernels, first), put(kernels, first)];
        const shape = [rows, columns, terms, start] as const;
        kernels.gemm(one, columns, a, stride, 1, transposed as Pointer, columns, ...shape, 0, 0);
        kernels.gemmTransposed(
          ...([
            other,
            columns,
            a,
            stride,
            1,
            b,
            stride,
            bRows,
            ...shape,
            scratch as Pointer,
          ] as const),
        );
        const expected = kernels.arena.floats(one, rows * columns);
        expect(kernels.arena.floats(other, rows * columns)).toEqual(expected);
      }
    },
  );

  it.each(['relu', 'leakyRelu', 'sigmoid', 'tanh'] as const)('take the slope of %s', (code) => {
    const kernels = loadKernels({ build });
    // A pair of vectors and one left over, in each of two rows of other strides.
    const [columns, dStride, yStride] = [12, 16, 20];
    const [ds, ys] = [noise(2 * dStride, 9), noise(2 * yStride, 10)];
    ys[0] = 0;
    ds[5] = Number.NaN;
    const [d, y] = [put(kernels, ds), put(kernels, ys)];
    kernels.activationBackward(d, dStride, y, yStride, 2, columns, activationCodes[code]);
    const slopes = {
      relu: (value: number) => (value > 0 ? 1 : 0),
      leakyRelu: (value: number) => (value > 0 ? 1 : 0.01),
      sigmoid: (value: number) => value * (1 - value),
      tanh: (value: number) => 1 - value * value,
    };
    kernels.arena.floats(d, 2 * dStride).forEach((value, index) => {
      const [row, column] = [Math.floor(index / dStride), index % dStride];
      const slope = column < columns ? slopes[code](ys[row * yStride + column] ?? 0) : 1;
      const expected = (ds[index] ?? 0) * slope;
      if (Number.isNaN(expected)) expect(value).toBeNaN();
      else expect(Math.abs(value - expected)).toBeLessThan(1e-6);
    });
  });

  it.each([
    [1, 1],
    [5, 3],
    [12, 9],
  ])('transpose %i × %i, pads zero', (rows, columns) => {
    const kernels = loadKernels({ build });
    const stride = padded(columns);
    const values = noise(rows * stride, 4);
    const to = put(kernels, new Float32Array(columns * padded(rows)).fill(9));
    kernels.transpose(to, padded(rows), put(kernels, values), stride, rows, columns);
    const result = kernels.arena.floats(to, columns * padded(rows));
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < padded(rows); row++) {
        const expected = row < rows ? values[row * stride + column] : 0;
        expect(result[column * padded(rows) + row]).toBe(expected);
      }
    }
  });

  it('keep sigmoid and tanh within their stated error', () => {
    const kernels = loadKernels({ build });
    const xs = Array.from({ length: 4001 }, (_, index) => Math.fround((index - 2000) / 32));
    const sigmoids = activate(kernels, xs, 'sigmoid');
    const tangents = activate(kernels, xs, 'tanh');
    xs.forEach((x, index) => {
      const sigmoid = 1 / (1 + Math.exp(-x));
      if (x > -64) expect(Math.abs((sigmoids[index] ?? 0) / sigmoid - 1)).toBeLessThan(3e-7);
      const error = Math.abs((tangents[index] ?? 0) - Math.tanh(x));
      expect(error).toBeLessThan(5e-7 * Math.abs(Math.tanh(x)) + 1e-30);
    });
  });

  it('saturate exactly and let NaN and infinities through', () => {
    const kernels = loadKernels({ build });
    const xs = [Number.NaN, Infinity, -Infinity, 200, -200];
    expect([...activate(kernels, xs, 'tanh')]).toEqual([Number.NaN, 1, -1, 1, -1]);
    expect([...activate(kernels, xs, 'sigmoid')]).toEqual([Number.NaN, 1, 0, 1, 0]);
    expect([...activate(kernels, xs, 'relu')]).toEqual([Number.NaN, Infinity, 0, 200, 0]);
  });

  it('draw the random words and the order of the domain package', () => {
    const kernels = loadKernels({ build });
    const to = kernels.arena.allocate(1000);
    kernels.philoxBlock(to, 1, 2, 3, 4, 0xdeadbeef, 0xffffffff);
    expect([...kernels.arena.words(to, 4)]).toEqual(
      philox4x32([1, 2, 3, 4], [0xdeadbeef, 0xffffffff]),
    );
    const [key0, key1] = streamKey(7, 'order', 3);
    kernels.shuffledOrder(to, 1000, key0, key1);
    const expected = createRandom(7, 'order', 3).shuffle(
      Uint32Array.from({ length: 1000 }, (_, index) => index),
    );
    expect(kernels.arena.words(to, 1000)).toEqual(expected);
  });

  it('drop the share of values asked for, the same ones for the same names', () => {
    const kernels = loadKernels({ build });
    const count = 40_000;
    const ones = put(kernels, new Float32Array(count).fill(1));
    const [y, again, other] = [0, 0, 0].map(() => kernels.arena.allocate(count)) as [
      Pointer,
      Pointer,
      Pointer,
    ];
    kernels.dropout(y, ones, count, 0.3, 1, 2, 5, 1);
    kernels.dropout(again, ones, count, 0.3, 1, 2, 5, 1);
    kernels.dropout(other, ones, count, 0.3, 1, 2, 6, 1);
    const values = kernels.arena.floats(y, count);
    const dropped = values.filter((value) => value === 0).length;
    // Six standard deviations of a binomial count.
    expect(Math.abs(dropped / count - 0.3)).toBeLessThan(6 * Math.sqrt((0.3 * 0.7) / count));
    expect(values.every((value) => value === 0 || value === Math.fround(1 / 0.7))).toBe(true);
    expect(kernels.arena.floats(again, count)).toEqual(values);
    expect(kernels.arena.floats(other, count)).not.toEqual(values);
  });

  it('give the same bits again', () => {
    const results = [0, 1].map(() => {
      const kernels = loadKernels({ build });
      const c = kernels.arena.allocate(64 * 32);
      const [a, b] = [put(kernels, noise(64 * 300, 1)), put(kernels, noise(300 * 32, 2))];
      kernels.gemm(c, 32, a, 300, 1, b, 32, 64, 32, 300, 0, 0, activationCodes.tanh);
      return kernels.arena.floats(c, 64 * 32).slice();
    });
    expect(results[0]).toEqual(results[1]);
  });
});

describe('the arena', () => {
  it('grows, hands out zeros, and refuses what no memory can hold', () => {
    const { arena } = loadKernels();
    const pointer = arena.allocate(1_000_000);
    expect(pointer % 64).toBe(0);
    expect(arena.floats(pointer, 1_000_000).every((value) => value === 0)).toBe(true);
    expect(() => arena.allocate(2 ** 30)).toThrow(/smaller batch or network/);
  });
});
