import { type DataShape, inputError, parseInput } from '@starling/domain';
import { flattenTensor } from './flatten-tensor.ts';
import { type InferRequest, type InputTensor, inferRequestSchema } from './tensor-schema.ts';

/** Raw observations as a model takes them, before standardisation. */
export interface RawRows {
  rows: number;
  /** Values in row order; a row of a variable-length sequence is padded to `steps`. */
  values: Float32Array;
  /** Steps of every padded row; null for data of a fixed length. */
  steps: number | null;
  /** Valid steps of each row; null for data of a fixed length. */
  lengths: Int32Array | null;
}

const outputNames = ['probabilities', 'class', 'logits'] as const;
type OutputName = (typeof outputNames)[number];

export interface InferQuestion {
  id: string | undefined;
  input: RawRows;
  outputs: readonly OutputName[];
}

/** Shapes that the input tensor may have, -1 for any size; the first is the one advertised. */
export function inputShapesOf(shape: DataShape): number[][] {
  if (shape.kind === 'signal') {
    const flat = [-1, shape.channels * shape.length];
    const full = [-1, shape.channels, shape.length];
    return shape.channels === 1 ? [flat, full] : [full, flat];
  }
  if (shape.variable === false) {
    return [
      [-1, shape.maxSteps, shape.features],
      [-1, shape.maxSteps * shape.features],
    ];
  }
  return [[-1, -1, shape.features]];
}

/**
 * Most steps of one sequence: buffers grow with the longest, so a client may not choose
 * their size freely. Well beyond what the network was trained on.
 */
function mostSteps(shape: DataShape): number {
  return shape.kind === 'sequence' ? Math.max(1024, 8 * shape.maxSteps) : 1;
}

const isVariable = (shape: DataShape): boolean =>
  shape.kind === 'sequence' && shape.variable !== false;

function problem(field: string, message: string, value: string, fix: string): never {
  throw inputError('invalid-input', [{ field, message, value, fix }]);
}

function checkShape(tensor: InputTensor, shape: DataShape, field: string): void {
  const allowed = inputShapesOf(shape);
  const fits = allowed.some(
    (sides) =>
      sides.length === tensor.shape.length &&
      sides.every((side, axis) => side === -1 || side === tensor.shape[axis]),
  );
  if (!fits) {
    const shown = allowed
      .map(
        (sides) =>
          `[${sides.map((side, axis) => (side !== -1 ? side : axis === 0 ? 'n' : 'steps')).join(', ')}]`,
      )
      .join(' or ');
    problem(
      `${field}.shape`,
      'is not the shape that the model takes',
      `[${tensor.shape.join(', ')}]`,
      `send ${shown}`,
    );
  }
  tensor.shape.forEach((side, axis) => {
    if (side > 0) return;
    problem(
      `${field}.shape.${axis}`,
      'must be at least 1',
      String(side),
      'send one observation or more',
    );
  });
}

function readLengths(tensor: InputTensor, rows: number, steps: number, field: string): Int32Array {
  if (tensor.datatype !== 'INT64' && tensor.datatype !== 'INT32') {
    problem(`${field}.datatype`, 'lengths are whole numbers', tensor.datatype, 'use INT64');
  }
  if (tensor.shape.length !== 1 || tensor.shape[0] !== rows) {
    problem(
      `${field}.shape`,
      'lengths has one value for each row of input',
      `[${tensor.shape.join(', ')}]`,
      `send [${rows}]`,
    );
  }
  const lengths = Int32Array.from(flattenTensor(tensor, field));
  lengths.forEach((length, index) => {
    if (length >= 1 && length <= steps) return;
    problem(
      `${field}.data.${index}`,
      `must be from 1 to the ${steps} steps of the padded input`,
      String(length),
      'send the number of valid steps',
    );
  });
  return lengths;
}

function readOutputs(request: InferRequest): readonly OutputName[] {
  if (request.outputs === undefined || request.outputs.length === 0) {
    return ['probabilities', 'class'];
  }
  return request.outputs.map((output, index) => {
    if (output.parameters?.['binary_data'] === true) {
      problem(
        `outputs.${index}.parameters.binary_data`,
        'binary tensors are not served',
        'true',
        'ask for JSON: leave binary_data out',
      );
    }
    const name = outputNames.find((candidate) => candidate === output.name);
    if (name !== undefined) return name;
    return problem(
      `outputs.${index}.name`,
      'the model has no such output',
      output.name,
      `use ${outputNames.join(', ')}`,
    );
  });
}

/**
 * An infer request held against a model's data shape. Throws `invalid-input` that names
 * field, value and fix.
 */
export function readInferRequest(body: unknown, shape: DataShape): InferQuestion {
  const request = parseInput(inferRequestSchema, body);
  const variable = isVariable(shape);
  const known = variable ? ['input', 'lengths'] : ['input'];
  const byName = new Map<string, { tensor: InputTensor; field: string }>();
  request.inputs.forEach((tensor, index) => {
    const field = `inputs.${index}`;
    if (!known.includes(tensor.name)) {
      problem(
        `${field}.name`,
        'the model has no such input',
        tensor.name,
        `use ${known.join(', ')}`,
      );
    }
    if (byName.has(tensor.name)) {
      problem(`${field}.name`, 'is there twice', tensor.name, 'send each input once');
    }
    if (tensor.parameters?.['binary_data_size'] !== undefined) {
      problem(
        `${field}.parameters.binary_data_size`,
        'binary tensors are not read',
        String(tensor.parameters['binary_data_size']),
        'send the values in data',
      );
    }
    byName.set(tensor.name, { tensor, field });
  });
  const input = byName.get('input');
  if (input === undefined) {
    problem('inputs', 'the tensor named input is missing', known.join(', '), 'send it');
  }
  checkShape(input.tensor, shape, input.field);
  const values = flattenTensor(input.tensor, input.field);
  const rows = input.tensor.shape[0] ?? 0;
  const outputs = readOutputs(request);
  if (!variable) {
    return { id: request.id, outputs, input: { rows, values, steps: null, lengths: null } };
  }
  const steps = input.tensor.shape[1] ?? 0;
  const most = mostSteps(shape);
  if (steps > most) {
    problem(
      `${input.field}.shape.1`,
      `is more steps than the model takes, ${most}`,
      String(steps),
      'send the last steps alone',
    );
  }
  const given = byName.get('lengths');
  const lengths =
    given === undefined
      ? new Int32Array(rows).fill(steps)
      : readLengths(given.tensor, rows, steps, given.field);
  return { id: request.id, outputs, input: { rows, values, steps, lengths } };
}
