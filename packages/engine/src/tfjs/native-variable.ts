import type { Native } from './native-ops.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

/**
 * A variable of TensorFlow, which its ops change in place. What was assigned or read shares its
 * memory until the next change, which then goes to a copy: tensors never change.
 */
export interface NativeVariable {
  readonly handle: Tensor;
  assign(value: Tensor): void;
  /** Of the tidy around it. */
  read(): Tensor;
  dispose(): void;
}

/** TensorFlow finds a variable by its name: one each in a process. */
let opened = 0;

export function openVariable({ tf }: Ops, native: Native, value: Tensor): NativeVariable {
  const { types } = native;
  const dtype = { name: 'dtype', type: types.TF_ATTR_TYPE, value: types.TF_FLOAT };
  const text = (name: string, of: string) => ({ name, type: types.TF_ATTR_STRING, value: of });
  const names = [text('container', ''), text('shared_name', `starling-${opened++}`)];
  const shape = { name: 'shape', type: types.TF_ATTR_SHAPE, value: value.shape };
  const [made] = native.execute('VarHandleOp', [...names, dtype, shape], [], 1);
  const handle = tf.keep(made as Tensor);
  const assign = (next: Tensor): void => {
    native.execute('AssignVariableOp', [dtype], [handle, next], 0);
  };
  assign(value);
  return {
    handle,
    assign,
    read: () => native.execute('ReadVariableOp', [dtype], [handle], 1)[0] as Tensor,
    dispose() {
      native.execute('DestroyResourceOp', [], [handle], 0);
      handle.dispose();
    },
  };
}
