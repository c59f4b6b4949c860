import { AppError } from '@starling/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLengthOf,
  headerBytesOf,
  parseTensorHeader,
  planTensorFile,
  type TensorSpec,
} from './tensor-file.ts';

const tensorLists = fc.uniqueArray(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !name.startsWith('pad.')),
    type: fc.constantFrom('F32' as const, 'I32' as const),
    shape: fc.array(fc.nat(9), { maxLength: 3 }),
  }),
  { selector: (tensor) => tensor.name, maxLength: 8 },
);

function fileOf(json: unknown, dataBytes: number): { header: Uint8Array; fileBytes: number } {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const header = new Uint8Array(8 + text.length);
  new DataView(header.buffer).setBigUint64(0, BigInt(text.length), true);
  header.set(text, 8);
  return { header, fileBytes: header.length + dataBytes };
}

describe('a tensor file', () => {
  test('is read as it was planned, without holes, every tensor on 64 bytes', () => {
    fc.assert(
      fc.property(tensorLists, fc.string(), (tensors: TensorSpec[], text) => {
        fc.pre(tensors.every(({ name }) => name !== '__metadata__' && name !== '__proto__'));
        const plan = planTensorFile(tensors, { text });
        expect(headerBytesOf(plan.header, plan.bytes)).toBe(plan.header.length);
        const read = parseTensorHeader(plan.header, plan.bytes);
        expect(read.metadata).toEqual({ text });
        for (const tensor of tensors) {
          const place = read.places.get(tensor.name);
          expect(place).toEqual(plan.places.get(tensor.name));
          expect((place?.start ?? 1) % 64).toBe(0);
          expect((place?.end ?? 0) - (place?.start ?? 0)).toBe(byteLengthOf(tensor));
        }
      }),
    );
  });

  const whole = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  test.each([
    ['a hole', { a: whole, b: { ...whole, data_offsets: [9, 17] } }, 17, /does not start where/],
    ['an overlap', { a: whole, b: { ...whole, data_offsets: [4, 12] } }, 12, /does not start/],
    ['a wrong length', { a: { ...whole, data_offsets: [0, 12] } }, 12, /its shape says 8/],
    ['bytes behind the end', { a: whole }, 9, /should have/],
    ['a file cut short', { a: whole }, 4, /should have/],
    ['an unknown type', { a: { ...whole, dtype: 'F99' } }, 8, /malformed/],
    ['a negative size', { a: { ...whole, shape: [-2] } }, 8, /malformed/],
    ['a key too many', { a: { ...whole, extra: 1 } }, 8, /malformed/],
    ['metadata that is no text', { __metadata__: { a: 1 } }, 0, /malformed/],
  ])('is refused with %s', (_, json, dataBytes, message) => {
    const { header, fileBytes } = fileOf(json, dataBytes);
    expect(() => parseTensorHeader(header, fileBytes)).toThrow(message);
    expect(() => parseTensorHeader(header, fileBytes)).toThrow(AppError);
  });

  test('is refused with a header longer than the file, or none', () => {
    const { header } = fileOf({}, 0);
    expect(() => headerBytesOf(header.subarray(0, 7), 7)).toThrow(/shorter than a header/);
    expect(() => headerBytesOf(header, header.length - 1)).toThrow(/longer than the file/);
    expect(() => headerBytesOf(new Uint8Array(8).fill(255), 1e15)).toThrow(/64 MiB/);
    const noJson = header.slice();
    noJson[8] = 0x21;
    expect(() => parseTensorHeader(noJson, noJson.length)).toThrow(/no JSON/);
  });
});
