/** A tensor to write: float32, its values in C order. */
export interface FloatTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

/** A safetensors file; tensors in the order given, data aligned to 8 bytes. */
export function writeSafetensors(
  tensors: readonly FloatTensor[],
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let position = 0;
  for (const { name, shape, values } of tensors) {
    const end = position + values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [position, end] };
    position = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + position);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(text, 8);
  let at = 8 + headerBytes;
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
