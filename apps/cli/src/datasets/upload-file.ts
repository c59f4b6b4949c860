import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { AppError, maximumUploadBytes, wireErrorSchema } from '@starling/domain';
import { z } from 'zod';
import type { Target } from '../connection/connect.ts';
import { usageError } from '../output/describe-failure.ts';

const uploadedSchema = z.object({ uploadId: z.string(), bytes: z.int() });
const refusedSchema = z.object({ error: wireErrorSchema });

/** Bytes of a file; throws naming the flag where there is none, or one that cannot be taken. */
export async function sizeOf(flag: string, file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw usageError(flag, 'is no file', 'check the path', file);
  if (found.size === 0) {
    throw usageError(flag, 'is empty', 'give it a row for each observation', file);
  }
  if (found.size > maximumUploadBytes) {
    const limit = maximumUploadBytes / 1024 ** 3;
    throw usageError(flag, `has more than ${limit} GiB`, 'split it, or leave columns out', file);
  }
  return found.size;
}

/** Sends one file as a stream; resolves to the name under which it is staged. */
export async function uploadFile(
  target: Target,
  file: string,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const bytes = await sizeOf('file', file);
  const content = createReadStream(file);
  content.on('data', (chunk) => onBytes(chunk.length));
  content.pause();
  let response: Response;
  try {
    response = await fetch(`${target.url}/uploads?name=${encodeURIComponent(basename(file))}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${target.token}`,
        'content-type': 'application/octet-stream',
        'content-length': String(bytes),
      },
      body: Readable.toWeb(content) as ReadableStream<Uint8Array>,
      duplex: 'half',
    } as RequestInit);
  } catch (error) {
    throw new AppError(
      'inference-unavailable',
      `the upload of ${file} broke off — try again; nothing was stored`,
      { cause: error },
    );
  } finally {
    content.destroy();
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return uploadedSchema.parse(answer).uploadId;
  const refused = refusedSchema.safeParse(answer);
  if (refused.success) throw AppError.fromWire(refused.data.error);
  throw new AppError('internal', `the upload of ${file} was answered with ${response.status}`);
}
