import type { Arena, Pointer } from './arena.ts';

/** Numbers of the activations in kernel calls; `none` leaves values alone. */
export const activationCodes = { none: 0, relu: 1, leakyRelu: 2, sigmoid: 3, tanh: 4 } as const;
export type ActivationCode = (typeof activationCodes)[keyof typeof activationCodes];

/** How a product starts its sums. */
export const productStart = { zero: 0, destination: 1, biasByColumn: 2 } as const;
export type ProductStart = (typeof productStart)[keyof typeof productStart];

type Flag = 0 | 1;

/**
 * The loops of training, over the memory of one instance. Pointers are bytes, strides and
 * counts 32-bit values, matrices row-major with strides that are multiples of 4. Nothing is
 * checked: a wrong pointer gives wrong numbers or a trap. The sources in `assembly/` say what
 * each one computes.
 */
export interface KernelFunctions {
  gemm(
    c: Pointer,
    cStride: number,
    a: Pointer,
    aRow: number,
    aTerm: number,
    b: Pointer,
    bStride: number,
    rows: number,
    columns: number,
    terms: number,
    start: ProductStart,
    bias: Pointer,
    activation: ActivationCode,
  ): void;
  /** C = start + A · Bᵀ, B with `bRows` rows of `terms` floats; `scratch`: terms · columns floats. */
  gemmTransposed(
    c: Pointer,
    cStride: number,
    a: Pointer,
    aRow: number,
    aTerm: number,
    b: Pointer,
    bStride: number,
    bRows: number,
    rows: number,
    columns: number,
    terms: number,
    start: typeof productStart.zero | typeof productStart.destination,
    scratch: Pointer,
  ): void;
  transpose(
    destination: Pointer,
    destinationStride: number,
    source: Pointer,
    sourceStride: number,
    rows: number,
    columns: number,
  ): void;
  sumRows(sums: Pointer, matrix: Pointer, stride: number, rows: number, columns: number): void;
  copyColumns(
    destination: Pointer,
    destinationStride: number,
    source: Pointer,
    sourceStride: number,
    rows: number,
    columns: number,
  ): void;
  clear(destination: Pointer, count: number): void;
  convForward(
    y: Pointer,
    yStride: number,
    x: Pointer,
    xStride: number,
    weights: Pointer,
    bias: Pointer,
    batch: number,
    channels: number,
    filters: number,
    kernel: number,
    length: number,
    activation: ActivationCode,
  ): void;
  convInputGradient(
    dx: Pointer,
    dxStride: number,
    dy: Pointer,
    dyStride: number,
    weights: Pointer,
    batch: number,
    channels: number,
    filters: number,
    kernel: number,
    inputLength: number,
  ): void;
  /** Floats of scratch that `convWeightGradient` needs for a batch of this size or smaller. */
  convScratchFloats(
    batch: number,
    channels: number,
    filters: number,
    kernel: number,
    length: number,
  ): number;
  convWeightGradient(
    dWeights: Pointer,
    dBias: Pointer,
    dy: Pointer,
    dyStride: number,
    x: Pointer,
    xStride: number,
    batch: number,
    channels: number,
    filters: number,
    kernel: number,
    length: number,
    scratch: Pointer,
  ): void;
  poolForward(
    y: Pointer,
    yStride: number,
    x: Pointer,
    xStride: number,
    rows: number,
    length: number,
    size: number,
  ): void;
  poolBackward(
    dx: Pointer,
    dxStride: number,
    dy: Pointer,
    dyStride: number,
    x: Pointer,
    xStride: number,
    rows: number,
    length: number,
    size: number,
    inputLength: number,
    activation: ActivationCode,
  ): void;
  activationForward(y: Pointer, x: Pointer, count: number, activation: ActivationCode): void;
  activationBackward(
    d: Pointer,
    dStride: number,
    y: Pointer,
    yStride: number,
    rows: number,
    columns: number,
    activation: ActivationCode,
  ): void;
  standardise(x: Pointer, rows: number, columns: number, shift: Pointer, scale: Pointer): void;
  gruForward(
    out: Pointer,
    before: Pointer,
    gates: Pointer,
    candidate: Pointer,
    weights: Pointer,
    bias: Pointer,
    scratch: Pointer,
    offsets: Pointer,
    steps: number,
    size: number,
    isReverse: Flag,
  ): void;
  gruBackward(
    dInput: Pointer,
    dHidden: Pointer,
    dOut: Pointer,
    carry: Pointer,
    gates: Pointer,
    candidate: Pointer,
    before: Pointer,
    transposed: Pointer,
    offsets: Pointer,
    steps: number,
    size: number,
    isReverse: Flag,
  ): void;
  lstmForward(
    out: Pointer,
    before: Pointer,
    cells: Pointer,
    cellsBefore: Pointer,
    gates: Pointer,
    weights: Pointer,
    bias: Pointer,
    scratch: Pointer,
    offsets: Pointer,
    steps: number,
    size: number,
    isReverse: Flag,
  ): void;
  lstmBackward(
    dGates: Pointer,
    dOut: Pointer,
    carry: Pointer,
    cellCarry: Pointer,
    gates: Pointer,
    cells: Pointer,
    cellsBefore: Pointer,
    transposed: Pointer,
    offsets: Pointer,
    steps: number,
    size: number,
    isReverse: Flag,
  ): void;
  normaliseColumns(
    y: Pointer,
    x: Pointer,
    stride: number,
    rows: number,
    columns: number,
    weight: Pointer,
    bias: Pointer,
    mean: Pointer,
    variance: Pointer,
    moments: Pointer,
    isTraining: Flag,
  ): void;
  normaliseColumnsBackward(
    dx: Pointer,
    dy: Pointer,
    x: Pointer,
    stride: number,
    rows: number,
    columns: number,
    weight: Pointer,
    dWeight: Pointer,
    dBias: Pointer,
    moments: Pointer,
  ): void;
  normaliseSignal(
    y: Pointer,
    x: Pointer,
    stride: number,
    batch: number,
    channels: number,
    length: number,
    weight: Pointer,
    bias: Pointer,
    mean: Pointer,
    variance: Pointer,
    moments: Pointer,
    isTraining: Flag,
  ): void;
  normaliseSignalBackward(
    dx: Pointer,
    dxStride: number,
    dy: Pointer,
    dyStride: number,
    x: Pointer,
    stride: number,
    batch: number,
    channels: number,
    length: number,
    weight: Pointer,
    dWeight: Pointer,
    dBias: Pointer,
    moments: Pointer,
  ): void;
  softmaxCrossEntropy(
    gradient: Pointer,
    probabilities: Pointer,
    logits: Pointer,
    stride: number,
    labels: Pointer,
    rows: number,
    classes: number,
    sums: Pointer,
    tally: Pointer,
  ): void;
  rankRows(
    keys: Pointer,
    capacity: number,
    fill: Pointer,
    logits: Pointer,
    stride: number,
    labels: Pointer,
    rows: number,
  ): void;
  areaUnderCurve(keys: Pointer, scratch: Pointer, capacity: number, fill: Pointer): number;
  weightedCrossEntropy(
    gradient: Pointer,
    logits: Pointer,
    stride: number,
    labels: Pointer,
    rows: number,
    classes: number,
    settings: Pointer,
    sums: Pointer,
  ): void;
  clipByNorm(g: Pointer, count: number, limit: Pointer): void;
  adam(
    p: Pointer,
    g: Pointer,
    m: Pointer,
    v: Pointer,
    count: number,
    scalars: Pointer,
    isDecoupled: Flag,
  ): void;
  sgd(p: Pointer, g: Pointer, m: Pointer, count: number, scalars: Pointer): void;
  rmsprop(p: Pointer, g: Pointer, v: Pointer, count: number, scalars: Pointer): void;
  lion(p: Pointer, g: Pointer, m: Pointer, count: number, scalars: Pointer): void;
  meanSteps(y: Pointer, x: Pointer, stride: number, offsets: Pointer, steps: number): void;
  meanStepsBackward(
    dx: Pointer,
    dy: Pointer,
    stride: number,
    offsets: Pointer,
    steps: number,
  ): void;
  attendSteps(
    y: Pointer,
    x: Pointer,
    stride: number,
    share: Pointer,
    u: Pointer,
    uStride: number,
    v: Pointer,
    scratch: Pointer,
    offsets: Pointer,
    steps: number,
  ): void;
  attendStepsBackward(
    dx: Pointer,
    du: Pointer,
    dv: Pointer,
    dy: Pointer,
    y: Pointer,
    x: Pointer,
    stride: number,
    share: Pointer,
    u: Pointer,
    uStride: number,
    v: Pointer,
    offsets: Pointer,
    steps: number,
  ): void;
  dropout(
    y: Pointer,
    x: Pointer,
    count: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
    epoch: number,
  ): void;
  philoxBlock(
    to: Pointer,
    c0: number,
    c1: number,
    c2: number,
    c3: number,
    key0: number,
    key1: number,
  ): void;
  shuffledOrder(to: Pointer, count: number, key0: number, key1: number): void;
  scatterRows(
    destination: Pointer,
    rowStride: number,
    source: Pointer,
    sourceStride: number,
    rows: number,
    width: number,
    steps: Pointer,
    places: Pointer,
  ): void;
  scatterSteps(
    destination: Pointer,
    rowStride: number,
    source: Pointer,
    steps: number,
    features: number,
    offsets: Pointer,
    row: number,
  ): void;
  gatherRows(
    destination: Pointer,
    source: Pointer,
    stride: number,
    indices: Pointer,
    rows: number,
  ): void;
  scatterGathered(
    destination: Pointer,
    source: Pointer,
    stride: number,
    indices: Pointer,
    rows: number,
  ): void;
  /** For benches: 48 multiply-adds a round in registers alone; the result is of no meaning. */
  multiplyAddPeak(rounds: number, factor: number): number;
}

/** `relaxed` uses fused multiply-add; results are equal bit for bit within one build alone. */
export type KernelBuild = 'relaxed' | 'plain';

/** One instance: its functions, and the memory that they work on. */
export interface Kernels extends KernelFunctions {
  readonly build: KernelBuild;
  readonly arena: Arena;
}

/** The smallest multiple of 4 that is not below `count`: rows of matrices are padded to it. */
export function padded(count: number): number {
  return (count + 3) & ~3;
}
