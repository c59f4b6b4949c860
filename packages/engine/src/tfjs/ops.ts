import type { ActivationKind } from '@starling/domain';
import { LEAKY_SLOPE } from '@starling/domain';
import type * as tfc from '@tensorflow/tfjs-core';
import type { CudnnLayers } from './cudnn/cudnn-packing.ts';
import { findNative, type Native } from './native-ops.ts';
import { findPlainOps } from './plain-ops.ts';
import type { Tensor, Tf } from './tensor.ts';

/**
 * tfjs's kernels called by name, without the conversions and checks of `tf.*`, which cost as
 * much as a small kernel itself. What a call returns belongs to the tidy around it.
 */
export interface Ops {
  readonly tf: Tf;
  /** Whole ops of libtensorflow that tfjs has no name for; undefined on other backends. */
  readonly native: Native | undefined;
  /** Whether products keep the bits of what goes in: cards may round it to TF32. */
  readonly isExact: boolean;
  /** cuDNN's recurrent layers, where they were found to work; undefined elsewhere. */
  readonly cudnn: CudnnLayers | undefined;
  /** Values of all lanes up to which it pays to have tensors of weights in one: see `planLanes`. */
  readonly mostJoined: number;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  min(a: Tensor, b: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  rsqrt(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sign(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  /** a · b over the last two axes; the axes before are lanes and broadcast. */
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  sum(x: Tensor, axes: number[], keepDims?: boolean): Tensor;
  max(x: Tensor, axes: number[], keepDims?: boolean): Tensor;
  /** The same tensor where it has the shape already. */
  reshape(x: Tensor, shape: number[]): Tensor;
  slice(x: Tensor, begin: number[], size: number[]): Tensor;
  split(x: Tensor, sizes: number[], axis: number): Tensor[];
  concat(tensors: readonly Tensor[], axis: number): Tensor;
  stack(tensors: readonly Tensor[], axis: number): Tensor;
  unstack(x: Tensor, axis: number): Tensor[];
  transpose(x: Tensor, perm: number[]): Tensor;
  pad(x: Tensor, paddings: [number, number][]): Tensor;
  /** Rows of the first axis. */
  gather(x: Tensor, indices: Tensor): Tensor;
  /** Values of the second axis. */
  gatherColumns(x: Tensor, indices: Tensor): Tensor;
  /** x: [rows, 1, length, channels] */
  maxPool(x: Tensor, size: number): Tensor;
  maxPoolGradient(dy: Tensor, x: Tensor, y: Tensor, size: number): Tensor;
  activate(kind: ActivationKind, x: Tensor): Tensor;
  /** dy times the slope of the activation, by its output y. */
  activateGradient(kind: ActivationKind, dy: Tensor, y: Tensor): Tensor;
  /** A constant; lives as long as the ops. */
  scalar(value: number): Tensor;
  disposeConstants(): void;
}

/**
 * On libtensorflow's CPU: from here on cutting out and joining takes longer than the optimizer's
 * calls for another tensor.
 */
const MOST_JOINED = 1 << 16;

type Inputs = Record<string, Tensor>;

/** `mostJoined` is the backend's own unless given. */
export function createOps(tf: Tf, cudnn?: CudnnLayers, mostJoined?: number): Ops {
  const engine = tf.engine();
  const constants = new Map<number, Tensor>();
  const native = findNative(tf);
  const plain = findPlainOps(tf);

  function run(name: string, inputs: Inputs, attributes?: tfc.NamedAttrMap): Tensor {
    return engine.runKernel<Tensor>(name, inputs, attributes);
  }
  // Kernels of several tensors take them as an array in the place of a map.
  function runMany(name: string, inputs: readonly Tensor[], attributes: tfc.NamedAttrMap): Tensor {
    return engine.runKernel<Tensor>(name, inputs as unknown as Inputs, attributes);
  }
  const unary = (name: string) => (x: Tensor) => run(name, { x });
  const binary = (name: string) => (a: Tensor, b: Tensor) => run(name, { a, b });
  const pooling = (size: number) => ({ filterSize: [1, size], strides: [1, size], pad: 'valid' });

  const ops: Ops = {
    tf,
    native,
    isExact: native?.isExact ?? true,
    cudnn,
    mostJoined:
      mostJoined ?? (native?.hasVariables === true ? MOST_JOINED : Number.POSITIVE_INFINITY),
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Multiply'),
    div: binary('RealDiv'),
    min: binary('Minimum'),
    sqrt: unary('Sqrt'),
    rsqrt: unary('Rsqrt'),
    square: unary('Square'),
    exp: unary('Exp'),
    log: unary('Log'),
    sign: unary('Sign'),
    sigmoid: unary('Sigmoid'),
    tanh: unary('Tanh'),
    matMul: (a, b, transposeA = false, transposeB = false) =>
      native?.matMul(a, b, transposeA, transposeB) ??
      run('BatchMatMul', { a, b }, { transposeA, transposeB }),
    sum: (x, axis, keepDims = false) => run('Sum', { x }, { axis, keepDims }),
    max: (x, axes, keepDims = false) => run('Max', { x }, { reductionIndices: axes, keepDims }),
    reshape(x, shape) {
      if (x.shape.length === shape.length && x.shape.every((n, axis) => n === shape[axis])) {
        return x;
      }
      return run('Reshape', { x }, { shape });
    },
    slice(x, begin, size) {
      const isPlain = plain !== undefined && x.dtype === 'float32';
      return isPlain ? plain.slice(x, begin, size) : run('Slice', { x }, { begin, size });
    },
    split(x, numOrSizeSplits, axis) {
      if (numOrSizeSplits.length === 1) return [x];
      return (
        (native ?? plain)?.split(x, numOrSizeSplits, axis) ??
        engine.runKernel<Tensor[]>('SplitV', { x }, { numOrSizeSplits, axis })
      );
    },
    concat(tensors, axis) {
      if (tensors.length === 1) return tensors[0] as Tensor;
      return native?.concat(tensors, axis) ?? runMany('Concat', tensors, { axis });
    },
    stack: (tensors, axis) => runMany('Pack', tensors, { axis }),
    unstack: (value, axis) => engine.runKernel<Tensor[]>('Unpack', { value }, { axis }),
    transpose: (x, perm) => run('Transpose', { x }, { perm }),
    pad: (x, paddings) => run('PadV2', { x }, { paddings, constantValue: 0 }),
    gather: (x, indices) =>
      native?.gather(x, indices, 0) ?? run('GatherV2', { x, indices }, { axis: 0, batchDims: 0 }),
    gatherColumns: (x, indices) =>
      native?.gather(x, indices, 1) ?? run('GatherV2', { x, indices }, { axis: 1, batchDims: 0 }),
    maxPool: (x, size) => run('MaxPool', { x }, pooling(size)),
    maxPoolGradient: (dy, input, output, size) =>
      run('MaxPoolGrad', { dy, input, output }, pooling(size)),
    activate(kind, x) {
      if (kind === 'sigmoid') return ops.sigmoid(x);
      if (kind === 'tanh') return ops.tanh(x);
      if (kind === 'relu') return run('Relu', { x });
      return run('LeakyRelu', { x }, { alpha: LEAKY_SLOPE });
    },
    activateGradient(kind, dy, y) {
      if (native !== undefined) return native.activateGradient(kind, dy, y);
      const one = ops.scalar(1);
      if (kind === 'sigmoid') return ops.mul(dy, ops.mul(y, ops.sub(one, y)));
      if (kind === 'tanh') return ops.mul(dy, ops.sub(one, ops.square(y)));
      const isAbove = ops.sign(run('Relu', { x: y }));
      if (kind === 'relu') return ops.mul(dy, isAbove);
      const slope = ops.add(ops.mul(isAbove, ops.scalar(1 - LEAKY_SLOPE)), ops.scalar(LEAKY_SLOPE));
      return ops.mul(dy, slope);
    },
    scalar(value) {
      let constant = constants.get(value);
      if (constant === undefined) {
        constant = tf.keep(tf.scalar(value));
        constants.set(value, constant);
      }
      return constant;
    },
    disposeConstants() {
      for (const constant of constants.values()) constant.dispose();
      constants.clear();
      native?.dispose();
      cudnn?.dispose();
    },
  };
  return ops;
}
