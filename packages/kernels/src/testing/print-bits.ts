// Runs the loops of training once over fixed numbers and prints a hash of every bit they leave.
import { createHash } from 'node:crypto';
import { loadKernels } from '../load-kernels.ts';

const { arena, ...kernels } = loadKernels();
const hash = createHash('sha256');

function numbers(count: number, scale: number): number {
  const at = arena.allocate(count);
  const values = arena.floats(at, count);
  for (let i = 0; i < count; i++) values[i] = Math.sin(i * 1.7 + count) * scale;
  return at;
}

function add(at: number, count: number): void {
  hash.update(new Uint8Array(arena.floats(at, count).slice().buffer));
}

for (const [rows, columns, terms] of [
  [33, 52, 178],
  [64, 512, 70],
] as const) {
  const [a, b] = [numbers(rows * terms, 1), numbers(terms * columns, 0.1)];
  const [c, bias] = [numbers(rows * columns, 1), numbers(columns, 1)];
  for (const activation of [0, 1, 2, 3, 4] as const) {
    kernels.gemm(c, columns, a, terms, 1, b, columns, rows, columns, terms, 2, bias, activation);
    add(c, rows * columns);
  }
}
const [left, right] = [numbers(70 * 300, 1), numbers(83 * 300, 0.1)];
const [product, scratch0] = [numbers(70 * 84, 1), numbers(300 * 84, 0)];
kernels.gemmTransposed(product, 84, left, 300, 1, right, 300, 83, 70, 84, 300, 1, scratch0);
add(product, 70 * 84);
for (const activation of [1, 2, 3, 4] as const) {
  kernels.activationBackward(product, 84, left, 300, 70, 84, activation);
  add(product, 70 * 84);
}
const [batch, channels, filters, kernel, length] = [5, 6, 14, 5, 43] as const;
const [x, dy] = [numbers(batch * channels * 48, 1), numbers(batch * filters * 48, 1)];
const [w, dw, db] = [numbers(filters * channels * kernel, 1), numbers(420, 0), numbers(16, 0)];
const y = numbers(batch * filters * 48, 0);
const scratch = numbers(kernels.convScratchFloats(batch, channels, filters, kernel, length), 0);
kernels.convForward(y, 48, x, 48, w, db, batch, channels, filters, kernel, length, 1);
add(y, batch * filters * 48);
kernels.convWeightGradient(
  ...([dw, db, dy, 48, x, 48, batch, channels, filters, kernel, length, scratch] as const),
);
add(dw, filters * channels * kernel);
const count = 1004;
const [p, g, m, v] = [numbers(count, 1), numbers(count, 0.1), numbers(count, 0), numbers(count, 0)];
const scalars = arena.allocate(14);
arena.doubles(scalars, 7).set([1e-3, 0.01, 0.9, 0.999, 1e-8, 0.1, 0.001]);
for (let step = 0; step < 3; step++) kernels.adam(p, g, m, v, count, scalars, 0);
add(p, count);
process.stdout.write(`${hash.digest('hex')}\n`);
