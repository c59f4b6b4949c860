import { gemm } from './gemm';
import { BIAS_BY_COLUMN, FROM_ZERO } from './tile';
import { flush4, madd, one4, sigmoid4, tanh4 } from './vector-math';

/**
 * PyTorch's LSTM over packed sequences, one direction; packed as for the GRU.
 *
 * Notation (H: hidden size rounded up to a multiple of 4; *: one of i, f, g, o):
 *   i = σ(xi + hi)   f = σ(xf + hf)   g = tanh(xg + hg)   o = σ(xo + ho)
 *   c = f·c' + i·g   h = o·tanh(c)
 * where x* = W_ih·x + b_ih come ready in `gates`, h* = W_hh·h' + b_hh, h' and c' the state before.
 */

/** Rows of the step before that go on, copied; zeros for the sequences that begin here. */
function carryOver(here: usize, from: usize, known: i32, count: i32, row: usize): void {
  memory.copy(here, from, <usize>known * row);
  if (known < count) memory.fill(here + <usize>known * row, 0, <usize>(count - known) * row);
}

/**
 * Writes every state to `out` and `cells`, those before to `before` and `cellsBefore`, each
 * [rows, H], and i, f, g, o over `gates` [rows, 4H]. `scratch` has [batch, 4H].
 */
export function lstmForward(
  out: usize, before: usize, cells: usize, cellsBefore: usize, gates: usize, weights: usize,
  bias: usize, scratch: usize, offsets: usize, steps: i32, size: i32, isReverse: i32,
): void {
  const H = (size + 3) & ~3;
  const row = <usize>H << 2;
  let previous = -1;
  for (let s = 0; s < steps; s++) {
    const t = isReverse ? steps - 1 - s : s;
    const first = load<i32>(offsets + (<usize>t << 2));
    const count = load<i32>(offsets + (<usize>t << 2), 4) - first;
    const start = <usize>first * row;
    let known = 0;
    let from: usize = 0;
    if (previous >= 0) {
      const begin = load<i32>(offsets + (<usize>previous << 2));
      known = min(count, load<i32>(offsets + (<usize>previous << 2), 4) - begin);
      from = <usize>begin * row;
    }
    carryOver(before + start, out + from, known, count, row);
    carryOver(cellsBefore + start, cells + from, known, count, row);
    gemm(
      scratch, 4 * H, before + start, H, 1, weights, 4 * H, count, 4 * H, size,
      BIAS_BY_COLUMN, bias, 0,
    );
    cellForward(
      out + start, cells + start, cellsBefore + start, gates + 4 * start, scratch, count, row,
    );
    previous = t;
  }
}

function cellForward(
  out: usize, cells: usize, cellsBefore: usize, gates: usize, hidden: usize, rows: i32, row: usize,
): void {
  for (let m = 0; m < rows; m++) {
    for (let k: usize = 0; k < row; k += 16) {
      const p = gates + k;
      const q = hidden + k;
      const i = sigmoid4(f32x4.add(v128.load(p), v128.load(q)));
      const f = sigmoid4(f32x4.add(v128.load(p + row), v128.load(q + row)));
      const g = tanh4(f32x4.add(v128.load(p + 2 * row), v128.load(q + 2 * row)));
      const o = sigmoid4(f32x4.add(v128.load(p + 3 * row), v128.load(q + 3 * row)));
      const c = flush4(madd(f, v128.load(cellsBefore + k), f32x4.mul(i, g)));
      v128.store(p, i);
      v128.store(p + row, f);
      v128.store(p + 2 * row, g);
      v128.store(p + 3 * row, o);
      v128.store(cells + k, c);
      v128.store(out + k, f32x4.mul(o, tanh4(c)));
    }
    out += row;
    cells += row;
    cellsBefore += row;
    gates += 4 * row;
    hidden += 4 * row;
  }
}

/**
 * Goes through the steps in the opposite order. `carry` [batch, H] comes in as the gradient of
 * the last states, `cellCarry` [batch, H] as that of the last cells; `dOut` is the gradient of
 * every state, or 0 where only the last counts. Writes the gradients of x*, which are those of
 * h* too, to `dGates` [rows, 4H]; `transposed` is W_hh as [4H, H].
 */
export function lstmBackward(
  dGates: usize, dOut: usize, carry: usize, cellCarry: usize, gates: usize, cells: usize,
  cellsBefore: usize, transposed: usize, offsets: usize, steps: i32, size: i32, isReverse: i32,
): void {
  const H = (size + 3) & ~3;
  const row = <usize>H << 2;
  for (let s = 0; s < steps; s++) {
    const t = isReverse ? s : steps - 1 - s;
    const first = load<i32>(offsets + (<usize>t << 2));
    const count = load<i32>(offsets + (<usize>t << 2), 4) - first;
    const start = <usize>first * row;
    const here = dGates + 4 * start;
    cellBackward(
      here, dOut == 0 ? 0 : dOut + start, carry, cellCarry, gates + 4 * start, cells + start,
      cellsBefore + start, count, row,
    );
    gemm(carry, H, here, 4 * H, 1, transposed, H, count, H, 4 * H, FROM_ZERO, 0, 0);
  }
}

function cellBackward(
  dGates: usize, dOut: usize, carry: usize, cellCarry: usize, gates: usize, cells: usize,
  cellsBefore: usize, rows: i32, row: usize,
): void {
  for (let m = 0; m < rows; m++) {
    for (let k: usize = 0; k < row; k += 16) {
      let dh = v128.load(carry + k);
      if (dOut != 0) dh = f32x4.add(dh, v128.load(dOut + k));
      dh = flush4(dh);
      const i = v128.load(gates + k);
      const f = v128.load(gates + row + k);
      const g = v128.load(gates + 2 * row + k);
      const o = v128.load(gates + 3 * row + k);
      const tc = tanh4(v128.load(cells + k));
      const dO = f32x4.mul(f32x4.mul(dh, tc), f32x4.mul(o, f32x4.sub(one4(), o)));
      const slope = f32x4.mul(o, f32x4.sub(one4(), f32x4.mul(tc, tc)));
      const dc = flush4(madd(dh, slope, v128.load(cellCarry + k)));
      const dI = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one4(), i)));
      const dF = f32x4.mul(
        f32x4.mul(dc, v128.load(cellsBefore + k)),
        f32x4.mul(f, f32x4.sub(one4(), f)),
      );
      const dG = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one4(), f32x4.mul(g, g)));
      v128.store(dGates + k, flush4(dI));
      v128.store(dGates + row + k, flush4(dF));
      v128.store(dGates + 2 * row + k, flush4(dG));
      v128.store(dGates + 3 * row + k, flush4(dO));
      v128.store(cellCarry + k, flush4(f32x4.mul(dc, f)));
    }
    dGates += 4 * row;
    if (dOut != 0) dOut += row;
    carry += row;
    cellCarry += row;
    gates += 4 * row;
    cells += row;
    cellsBefore += row;
  }
}
