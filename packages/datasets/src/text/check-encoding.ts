import { isUtf8 } from 'node:buffer';
import { datasetError } from '../importing/problem-list.ts';

export const UTF8_MARK = [0xef, 0xbb, 0xbf] as const;

interface Signature {
  readonly bytes: readonly number[];
  readonly what: string;
  readonly fix: string;
}

const SAVE_AS_UTF8 = 'save the file as UTF-8 and import it again';
const SIGNATURES: readonly Signature[] = [
  { bytes: [0xff, 0xfe], what: 'is UTF-16 (little-endian), not UTF-8', fix: SAVE_AS_UTF8 },
  { bytes: [0xfe, 0xff], what: 'is UTF-16 (big-endian), not UTF-8', fix: SAVE_AS_UTF8 },
  { bytes: [0x1f, 0x8b], what: 'is compressed (gzip)', fix: 'unpack it first' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    what: 'is a ZIP archive or an Excel workbook, not text',
    fix: 'unpack it, or save the sheet as CSV (UTF-8)',
  },
];

/** Throws where the first bytes of a file say that it is no UTF-8 text. */
export function checkSignature(fileName: string, first: Uint8Array): void {
  for (const { bytes, what, fix } of SIGNATURES) {
    if (bytes.every((byte, index) => first[index] === byte)) {
      throw datasetError({ field: `${fileName} byte 0`, message: what, fix });
    }
  }
  const zero = first.subarray(0, 4096).indexOf(0);
  if (zero >= 0) {
    const message = 'holds a zero byte, so it is UTF-16 without a mark, or no text at all';
    throw datasetError({ field: `${fileName} byte ${zero}`, message, fix: SAVE_AS_UTF8 });
  }
}

/** Length of the UTF-8 sequence that a lead byte opens; 0 for a byte that opens none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/** How many bytes at the end belong to a sequence that goes on behind it: 0 to 3. */
export function countCutBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function findInvalidByte(bytes: Uint8Array): number {
  // Halving keeps to what isUtf8 accepts: overlong forms, surrogates and cut sequences too.
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const head = bytes.subarray(0, middle);
    if (isUtf8(head.subarray(0, middle - countCutBytes(head)))) low = middle;
    else high = middle;
  }
  // `low` bytes are fine but for a cut sequence at their end: that is where it goes wrong.
  return low - countCutBytes(bytes.subarray(0, low));
}

/**
 * Throws where bytes are not strictly UTF-8.
 * @param offset position of the first byte in the file
 */
export function checkUtf8(fileName: string, bytes: Uint8Array, offset: number): void {
  if (isUtf8(bytes)) return;
  const at = findInvalidByte(bytes);
  const byte = bytes[at] as number;
  const latin = new TextDecoder('windows-1252').decode(bytes.subarray(at, at + 1));
  throw datasetError({
    field: `${fileName} byte ${offset + at}`,
    message: 'is not valid UTF-8',
    value: `0x${byte.toString(16).toUpperCase()}, "${latin}" in Windows-1252`,
    fix: SAVE_AS_UTF8,
  });
}
