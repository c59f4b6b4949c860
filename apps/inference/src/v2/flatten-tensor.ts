import { inputError } from '@starling/domain';
import type { InputDatatype, InputTensor } from './tensor-schema.ts';

/** Smallest and largest legal value of the integer datatypes; JSON is exact up to 2^53. */
const integerRanges: Partial<Record<InputDatatype, readonly [number, number]>> = {
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
};

function refuse(field: string, message: string, value: unknown, fix: string): never {
  const text = JSON.stringify(value) ?? String(value);
  throw inputError('invalid-input', [
    { field, message, value: text.length > 60 ? `${text.slice(0, 57)}…` : text, fix },
  ]);
}

function isLegal(value: unknown, datatype: InputDatatype): value is number {
  if (typeof value !== 'number') return false;
  const range = integerRanges[datatype];
  if (range === undefined) return Number.isFinite(Math.fround(value));
  return Number.isInteger(value) && value >= range[0] && value <= range[1];
}

function refuseValue(value: unknown, datatype: InputDatatype, field: string): never {
  if (typeof value !== 'number') {
    refuse(field, 'must be a number', value, 'send numbers only, and fill missing values first');
  }
  const range = integerRanges[datatype];
  if (range === undefined) {
    refuse(field, 'is beyond what FP32 holds', String(value), 'send finite values below 3.4e38');
  }
  const [least, most] = range;
  refuse(field, `is no ${datatype}`, value, `send whole numbers from ${least} to ${most}, or FP32`);
}

/**
 * The values of a tensor in row order, as 32-bit floats, from flat or nested data.
 * Throws `invalid-input` naming the element where the data do not match shape or datatype.
 */
export function flattenTensor(tensor: InputTensor, field: string): Float32Array {
  const { shape, datatype, data } = tensor;
  const size = shape.reduce((product, side) => product * side, 1);
  const isNested = Array.isArray(data[0]);
  if (!isNested && data.length !== size) {
    refuse(
      `${field}.data`,
      `holds ${data.length} values where shape [${shape.join(', ')}] needs ${size}`,
      data.length,
      'make shape and data agree',
    );
  }
  const values: number[] = [];
  // Paths are put together only for arrays and for the value that is refused.
  const readLine = (line: readonly unknown[], path: string): void => {
    for (let index = 0; index < line.length; index++) {
      const value = line[index];
      values.push(
        isLegal(value, datatype) ? value : refuseValue(value, datatype, `${path}.${index}`),
      );
    }
  };
  const readNested = (part: unknown, depth: number, path: string): void => {
    if (!Array.isArray(part)) {
      refuse(path, `must be an array of ${shape[depth]}`, part, 'nest the data as the shape says');
    }
    if (part.length !== shape[depth]) {
      refuse(
        path,
        `holds ${part.length} values where shape [${shape.join(', ')}] says ${shape[depth]}`,
        part.length,
        'make shape and data agree',
      );
    }
    if (depth === shape.length - 1) readLine(part, path);
    else
      part.forEach((inner, index) => {
        readNested(inner, depth + 1, `${path}.${index}`);
      });
  };
  if (isNested) readNested(data, 0, `${field}.data`);
  else readLine(data, `${field}.data`);
  return Float32Array.from(values);
}
