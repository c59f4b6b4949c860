import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, type Clock, inputError, maximumUploadBytes } from '@starling/domain';
import { writeFileAtomic } from '@starling/runtime';
import { removeOld } from './remove-old.ts';

export interface StagedUpload {
  uploadId: string;
  /** Where its bytes are. */
  path: string;
  /** The file's name as its owner knows it, for messages. */
  name: string;
  bytes: number;
}

/** Age beyond which a staged file that nobody imported is removed. */
export const stagedForMs = 24 * 3600 * 1000;

const uploadIdPattern = /^upl_[0-9a-f]{32}$/;

function tooLarge(limit: number): AppError {
  return new AppError(
    'too-large',
    `a file may have at most ${limit} bytes (${(limit / 1024 ** 3).toFixed(2)} GiB); split it, or leave columns out`,
  );
}

/** Passes bytes through and fails at the first one beyond the limit. */
function countBytes(limit: number): Transform & { bytes: number } {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counter.bytes += chunk.length;
      done(counter.bytes > limit ? tooLarge(limit) : null, chunk);
    },
  }) as Transform & { bytes: number };
  counter.bytes = 0;
  return counter;
}

function isOutOfSpace(thrown: unknown): boolean {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/**
 * Files between their upload and their import, in one folder: `ID` holds the bytes, `ID.json`
 * the name. A file counts once its `.json` is there; whatever else lies around is a leftover.
 */
export function createStagedUploads(options: {
  folder: string;
  clock: Clock;
  /** Largest file, in bytes. */
  limit?: number;
}) {
  const { folder, clock, limit = maximumUploadBytes } = options;
  const underWay = new Set<Promise<StagedUpload>>();
  const pathOf = (uploadId: string) => join(folder, uploadId);

  async function remove(uploadId: string): Promise<void> {
    if (!uploadIdPattern.test(uploadId)) return;
    // The description first: without it the bytes are a leftover, whatever happens next.
    await rm(`${pathOf(uploadId)}.json`, { force: true });
    await rm(pathOf(uploadId), { force: true });
  }

  async function stage(stream: Readable, name: string): Promise<StagedUpload> {
    await mkdir(folder, { recursive: true });
    const uploadId = `upl_${randomBytes(16).toString('hex')}`;
    const partial = `${pathOf(uploadId)}.partial`;
    const counter = countBytes(limit);
    try {
      await pipeline(stream, counter, createWriteStream(partial, { flags: 'wx' }));
      if (counter.bytes === 0) {
        throw inputError('invalid-dataset', [
          {
            field: name,
            message: 'the file is empty',
            value: '0 bytes',
            fix: 'give it a row for each observation; nothing was stored',
          },
        ]);
      }
      await rename(partial, pathOf(uploadId));
      await writeFileAtomic(
        `${pathOf(uploadId)}.json`,
        JSON.stringify({ name, bytes: counter.bytes }),
      );
    } catch (thrown) {
      await rm(partial, { force: true });
      await remove(uploadId);
      if (isOutOfSpace(thrown)) {
        throw new AppError('storage-full', 'the disk is full; nothing was stored', {
          cause: thrown,
        });
      }
      throw thrown;
    }
    return { uploadId, path: pathOf(uploadId), name, bytes: counter.bytes };
  }

  return {
    /** Throws `too-large` for a size that a sender announces, before any byte is read. */
    checkAnnounced(contentLength: number | undefined): void {
      if (contentLength !== undefined && contentLength > limit) throw tooLarge(limit);
    },

    /** Stores a stream; leaves nothing when it breaks off, is too large or the disk is full. */
    stage(stream: Readable, name: string): Promise<StagedUpload> {
      const work = stage(stream, name);
      underWay.add(work);
      void work.catch(() => {}).finally(() => underWay.delete(work));
      return work;
    },

    /** Resolves once every stream that is being stored has ended, one way or the other. */
    async settled(): Promise<void> {
      await Promise.allSettled(underWay);
    },

    /** A staged file; throws `not-found` where it was never there, is imported or has expired. */
    async find(uploadId: string): Promise<StagedUpload> {
      try {
        if (!uploadIdPattern.test(uploadId)) throw new Error('not an upload id');
        const path = pathOf(uploadId);
        const description: unknown = JSON.parse(await readFile(`${path}.json`, 'utf8'));
        const { name } = description as { name: string };
        return { uploadId, path, name, bytes: (await stat(path)).size };
      } catch (cause) {
        throw new AppError('not-found', `there is no upload ${uploadId}; upload the file again`, {
          cause,
        });
      }
    },

    remove,

    /** Removes what has lain longer than a day; resolves with how many files it removed. */
    sweep(): Promise<number> {
      return removeOld(folder, { clock, ageMs: stagedForMs });
    },
  };
}
export type StagedUploads = ReturnType<typeof createStagedUploads>;

/** Injects the `StagedUploads`. */
export const STAGED_UPLOADS = Symbol('StagedUploads');
