import { type ActivationKind, LEAKY_SLOPE } from '@starling/domain';
import type { Tensor, Tf } from './tensor.ts';

/** TensorFlow's own ops, each of which does at once what tfjs needs several kernels for. */
export interface Native {
  activateGradient(kind: ActivationKind, dy: Tensor, y: Tensor): Tensor;
  /** Loss of each row and its gradient; labels are [rows] integers. */
  crossEntropy(logits: Tensor, labels: Tensor): [losses: Tensor, gradient: Tensor];
  /** As `Ops.matMul`; a batch of small products does not pay for oneDNN's preparations. */
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  /** As `Ops.split` and `Ops.concat`, without a tensor for sizes and axis at every call. */
  split(x: Tensor, sizes: readonly number[], axis: number): Tensor[];
  concat(tensors: readonly Tensor[], axis: number): Tensor;
  /** Whether products are rounded as float32 is: a card may round what goes in to TF32. */
  readonly isExact: boolean;
  /** Rows of the first axis, or values of the second; tfjs looks at each index before. */
  gather(x: Tensor, indices: Tensor, axis: 0 | 1): Tensor;
  /** Whether ops that change variables were tried there. */
  readonly hasVariables: boolean;
  /** Frees the sizes and axes that were kept. */
  dispose(): void;
  /** Any op of TensorFlow by its name. */
  execute(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[];
  readonly types: AttributeTypes;
}

export interface Attribute {
  name: string;
  type: number;
  value: number | boolean | string | number[];
}

export interface AttributeTypes {
  TF_ATTR_TYPE: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  TF_FLOAT: number;
  TF_INT32: number;
}

/**
 * Multiply-adds up to which Eigen's batch of products (`BatchMatMulV3`) is quicker than oneDNN's
 * (`BatchMatMulV2`), which takes 60 µs before it begins: measured with TensorFlow 2.21, where they
 * break even between 1 and 2 millions.
 */
const SMALL_PRODUCT = 1 << 20;

interface NodeBackend {
  binding: AttributeTypes;
  isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}

function isNodeBackend(backend: unknown): backend is NodeBackend {
  if (typeof backend !== 'object' || backend === null || !('binding' in backend)) return false;
  const { binding } = backend;
  return (
    'executeMultipleOutputs' in backend &&
    typeof binding === 'object' &&
    binding !== null &&
    'TF_ATTR_TYPE' in binding
  );
}

/** The ops of libtensorflow, where the backend is one that sits on it. */
export function findNative(tf: Tf): Native | undefined {
  const backend: unknown = tf.backend();
  if (!isNodeBackend(backend)) return undefined;
  const types = backend.binding;
  const float: Attribute = { name: 'T', type: types.TF_ATTR_TYPE, value: types.TF_FLOAT };
  const leaky: Attribute[] = [
    float,
    { name: 'alpha', type: types.TF_ATTR_FLOAT, value: LEAKY_SLOPE },
  ];
  const one = (name: string, attributes: Attribute[], inputs: Tensor[]): Tensor =>
    backend.executeMultipleOutputs(name, attributes, inputs, 1)[0] as Tensor;
  const isOnGpu = backend.isUsingGpuDevice;
  const type = (name: string, value: number): Attribute => ({
    name,
    type: types.TF_ATTR_TYPE,
    value,
  });
  const flag = (name: string, value: boolean): Attribute => ({
    name,
    type: types.TF_ATTR_BOOL,
    value,
  });
  const count = (name: string, value: number): Attribute => ({
    name,
    type: types.TF_ATTR_INT,
    value,
  });
  const kinds = ['Ta', 'Tb', 'Tout'].map((name) => type(name, types.TF_FLOAT));
  const products = [false, true].map((a) =>
    [false, true].map((b) => {
      const adjoint = [flag('adj_x', a), flag('adj_y', b)];
      return { small: [...adjoint, ...kinds], large: [...adjoint, float] };
    }),
  );
  const constants = new Map<string, Tensor>();
  /** Integers that live as long as the ops; a scalar where `values` is a number. */
  function integers(values: number | readonly number[]): Tensor {
    const key = JSON.stringify(values);
    let constant = constants.get(key);
    if (constant === undefined) {
      const flat = typeof values === 'number' ? [values] : values;
      const shape = typeof values === 'number' ? [] : [values.length];
      constant = tf.keep(tf.tensor(Int32Array.from(flat), shape, 'int32'));
      constants.set(key, constant);
    }
    return constant;
  }
  return {
    types,
    isExact: !isOnGpu,
    hasVariables: !isOnGpu,
    matMul(a, b, transposeA, transposeB) {
      const attributes = products[Number(transposeA)]?.[Number(transposeB)];
      const outputs = b.shape.at(transposeB ? -2 : -1) as number;
      const lanes = Math.max(a.shape[0] as number, b.shape[0] as number);
      const multiplyAdds = (lanes * outputs * a.size) / (a.shape[0] as number);
      const isSmall = !isOnGpu && multiplyAdds <= SMALL_PRODUCT;
      return isSmall
        ? one('BatchMatMulV3', attributes?.small ?? [], [a, b])
        : one('BatchMatMulV2', attributes?.large ?? [], [a, b]);
    },
    split: (x, sizes, axis) =>
      backend.executeMultipleOutputs(
        'SplitV',
        [count('num_split', sizes.length), float, type('Tlen', types.TF_INT32)],
        [x, integers(sizes), integers(axis)],
        sizes.length,
      ),
    concat: (tensors, axis) =>
      one(
        'ConcatV2',
        [count('N', tensors.length), float, type('Tidx', types.TF_INT32)],
        [...tensors, integers(axis)],
      ),
    gather: (x, indices, axis) =>
      one(
        'GatherV2',
        [
          count('batch_dims', 0),
          type('Tparams', x.dtype === 'int32' ? types.TF_INT32 : types.TF_FLOAT),
          type('Tindices', types.TF_INT32),
          type('Taxis', types.TF_INT32),
        ],
        [x, indices, integers(axis)],
      ),
    dispose() {
      for (const constant of constants.values()) constant.dispose();
      constants.clear();
    },
    activateGradient(kind, dy, y) {
      switch (kind) {
        case 'sigmoid':
          return one('SigmoidGrad', [float], [y, dy]);
        case 'tanh':
          return one('TanhGrad', [float], [y, dy]);
        case 'relu':
          return one('ReluGrad', [float], [dy, y]);
        case 'leakyRelu':
          return one('LeakyReluGrad', leaky, [dy, y]);
      }
    },
    crossEntropy: (logits, labels) =>
      backend.executeMultipleOutputs(
        'SparseSoftmaxCrossEntropyWithLogits',
        [float, type('Tlabels', types.TF_INT32)],
        [logits, labels],
        2,
      ) as [Tensor, Tensor],
    execute: (name, attributes, inputs, outputs) =>
      backend.executeMultipleOutputs(name, attributes, inputs, outputs),
  };
}
