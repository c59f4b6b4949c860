/** Philox4x32-10, as `philox4x32` of the domain package; see there for the paper. */
let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;

function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>c0 * 0xd2511f53;
    const p1 = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** For tests: the four words of a block. */
export function philoxBlock(
  to: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32,
): void {
  philox(c0, c1, c2, c3, k0, k1);
  store<u32>(to, word0);
  store<u32>(to, word1, 4);
  store<u32>(to, word2, 8);
  store<u32>(to, word3, 12);
}

let block: u64 = 0;
let used: i32 = 4;

function nextWord(k0: u32, k1: u32): u32 {
  if (used == 4) {
    philox(<u32>block, <u32>(block >> 32), 0, 0, k0, k1);
    block++;
    used = 0;
  }
  const word = used == 0 ? word0 : used == 1 ? word1 : used == 2 ? word2 : word3;
  used++;
  return word;
}

/** Writes 0 … count - 1 in the order that `createRandom(…).shuffle` of the same key gives. */
export function shuffledOrder(to: usize, count: i32, k0: u32, k1: u32): void {
  for (let i = 0; i < count; i++) store<u32>(to + (<usize>i << 2), i);
  block = 0;
  used = 4;
  for (let i = count - 1; i > 0; i--) {
    const bound = <u64>(i + 1);
    const limit: u64 = 0x100000000 - (<u64>0x100000000 % bound);
    let word = <u64>nextWord(k0, k1);
    while (word >= limit) word = <u64>nextWord(k0, k1);
    const other = to + (<usize>(word % bound) << 2);
    const here = to + (<usize>i << 2);
    const held = load<u32>(here);
    store<u32>(here, load<u32>(other));
    store<u32>(other, held);
  }
}

/**
 * y = x where kept, times 1 / (1 - rate), else 0; `count` is a multiple of 4, y may be x.
 * Vector i of four values is decided by the block (i, step, epoch, 0) of the key: a value is
 * dropped where its word is below rate · 2^32. The backward pass is the same call on the
 * gradient.
 */
export function dropout(
  y: usize, x: usize, count: i32, rate: f64, k0: u32, k1: u32, step: u32, epoch: u32,
): void {
  const bound = <u32>(rate * 4294967296.0);
  const scale = f32x4.splat(<f32>(1.0 / (1.0 - rate)));
  for (let i = 0; i < count >> 2; i++) {
    philox(i, step, epoch, 0, k0, k1);
    let words = i32x4.splat(word0);
    words = i32x4.replace_lane(words, 1, word1);
    words = i32x4.replace_lane(words, 2, word2);
    words = i32x4.replace_lane(words, 3, word3);
    const kept = i32x4.ge_u(words, i32x4.splat(bound));
    const at = <usize>i << 4;
    v128.store(y + at, v128.and(f32x4.mul(v128.load(x + at), scale), kept));
  }
}
