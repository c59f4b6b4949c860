import { open } from 'node:fs/promises';
import { AppError } from '@starling/domain';
import { datasetError } from '../importing/problem-list.ts';
import { checkSignature, checkUtf8, countCutBytes, UTF8_MARK } from './check-encoding.ts';

const BLOCK_BYTES = 2 * 1024 * 1024;
/** A record longer than this is an unclosed quote, or no text table. */
const RECORD_LIMIT_BYTES = 64 * 1024 * 1024;

/** Text under one name: the file on disk, and what messages call it. */
export interface TextFile {
  readonly path: string;
  readonly name: string;
}

export interface TextBlock {
  /** Bytes `from` to `to` are new or held back; `bytes[to]` is a line feed, as a sentinel. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** Nothing comes after this block. */
  readonly isFinal: boolean;
}

async function openText(file: TextFile) {
  try {
    return await open(file.path, 'r');
  } catch (cause) {
    throw new AppError('invalid-dataset', `${file.name}: the file cannot be opened`, {
      problems: [
        { field: file.name, message: 'the file cannot be opened', fix: 'check that it exists' },
      ],
      cause,
    });
  }
}

/**
 * Reads a file block by block through one buffer, checked strictly as UTF-8, without its
 * byte order mark. `consume` answers up to which byte it used the block; the rest comes
 * again at the start of the next one.
 */
export async function readBlocks(
  file: TextFile,
  options: {
    signal?: AbortSignal | undefined;
    onBytes?: (bytes: number) => void;
    /** Bytes read at once. */
    blockBytes?: number;
  },
  consume: (block: TextBlock) => Promise<number> | number,
): Promise<void> {
  await using handle = await openText(file);
  let buffer = Buffer.allocUnsafeSlow((options.blockBytes ?? BLOCK_BYTES) + 1);
  let held = 0;
  let unchecked = 0;
  let position = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const room = buffer.length - 1 - held;
    const { bytesRead } = await handle.read(buffer, held, room, position);
    const isFinal = bytesRead === 0;
    const to = held + bytesRead;
    let from = 0;
    if (position === 0) {
      const first = buffer.subarray(0, bytesRead);
      checkSignature(file.name, first);
      if (UTF8_MARK.every((byte, index) => first[index] === byte)) from = UTF8_MARK.length;
    }
    position += bytesRead;
    const checkFrom = held - unchecked;
    unchecked = isFinal ? 0 : countCutBytes(buffer.subarray(checkFrom, to));
    checkUtf8(file.name, buffer.subarray(checkFrom, to - unchecked), position - (to - checkFrom));
    buffer[to] = 0x0a;
    const used = await consume({ bytes: buffer, from, to, isFinal });
    options.onBytes?.(bytesRead);
    if (isFinal) return;
    held = to - used;
    if (held > RECORD_LIMIT_BYTES) {
      throw datasetError({
        field: `${file.name} byte ${position - held}`,
        message: 'a row of more than 64 MiB starts here',
        fix: 'look for a quote that is never closed',
      });
    }
    if (held > (buffer.length - 1) / 2) {
      const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
      buffer.copy(larger, 0, used, to);
      buffer = larger;
    } else if (used > 0) buffer.copyWithin(0, used, to);
  }
}
