import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '@starling/domain';

const SHA256 = /^[0-9a-f]{64}$/;
const PREFIX = /^[0-9a-f]{2}$/;
const INCOMING = '.incoming';

export interface ArtifactEntry {
  readonly sha256: string;
  readonly bytes: number;
}

export interface PutOptions {
  /** Refuse the content (`checksum-mismatch`) unless it hashes to this. */
  readonly expectedSha256?: string | undefined;
  /** Refuse content of more bytes (`too-large`), as soon as they have come. */
  readonly limitBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Files named by the sha256 of their content. What `has` says is there is whole: a file is
 * written under another name, synced, and moved; the same content is kept once. Several
 * processes may share a directory.
 */
export interface FileArtifactStore {
  /**
   * Stores a stream of bytes.
   * @throws AppError `too-large`, `checksum-mismatch`, `storage-full`; nothing is kept then
   */
  put(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ArtifactEntry>;
  /** Moves a file in from the same disk, under the sha256 that it is known to have. */
  adopt(path: string, sha256: string): Promise<ArtifactEntry>;
  /** A stream of the content, or of bytes `start` to `end` (inclusive); `not-found` if absent. */
  open(
    sha256: string,
    range?: { start?: number; end?: number },
  ): Promise<{ stream: Readable; bytes: number }>;
  /** The file's path, for readers that seek; `not-found` if absent. Never write to it. */
  pathOf(sha256: string): Promise<string>;
  stat(sha256: string): Promise<ArtifactEntry | undefined>;
  has(sha256: string): Promise<boolean>;
  /** Reads the whole file again: `intact`, `damaged`, or `missing`. */
  verify(sha256: string): Promise<'intact' | 'damaged' | 'missing'>;
  /** True where there was something to remove. */
  remove(sha256: string): Promise<boolean>;
  /** Whole files that lie here since before `beforeMs`, with when they came, in no order. */
  listStoredBefore(beforeMs: number): AsyncIterable<ArtifactEntry & { storedAtMs: number }>;
  /** Removes what killed processes left half-written before `beforeMs`; answers how many. */
  removeAbandoned(beforeMs: number): Promise<number>;
}

function isNoEntry(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Names in a folder, of one kind where a pattern is given; none where there is no folder. */
async function namesIn(folder: string, pattern?: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isNoEntry(error)) return [];
    throw error;
  });
  return pattern === undefined ? names : names.filter((name) => pattern.test(name));
}

function explainWriteFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError('storage-full', 'the disk is full; free some space', { cause: error });
}

/** Makes a rename last through a power failure; not every system can sync a directory. */
async function syncDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, 'r');
    await directory.sync();
  } catch {
    // Windows refuses to open directories; its rename is journalled.
  }
}

async function writeContent(
  file: FileHandle,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: PutOptions,
): Promise<ArtifactEntry> {
  const hash = createHash('sha256');
  const limit = options.limitBytes ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  for await (const chunk of content) {
    options.signal?.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limit) {
      throw new AppError('too-large', `the content is larger than ${limit} bytes`, {
        problems: [
          { field: 'content', message: `more than ${limit} bytes`, fix: 'send a smaller file' },
        ],
      });
    }
    hash.update(chunk);
    for (let done = 0; done < chunk.length; ) {
      done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
    }
  }
  const sha256 = hash.digest('hex');
  if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
    throw new AppError(
      'checksum-mismatch',
      `the content has sha256 ${sha256}, expected was ${options.expectedSha256}`,
    );
  }
  await file.sync();
  return { sha256, bytes };
}

/** A store in `directory`, laid out as `ab/cd/abcd…`; the directory is made when needed. */
export function createFileArtifactStore(directory: string): FileArtifactStore {
  function place(sha256: string): { folder: string; path: string } {
    // Names come from peers: nothing but a hash may become a path.
    if (!SHA256.test(sha256)) {
      throw new AppError('invalid-input', `not a sha256 in lower-case hex: ${sha256.slice(0, 80)}`);
    }
    const folder = join(directory, sha256.slice(0, 2), sha256.slice(2, 4));
    return { folder, path: join(folder, sha256) };
  }

  async function statOf(sha256: string): Promise<ArtifactEntry | undefined> {
    try {
      return { sha256, bytes: (await stat(place(sha256).path)).size };
    } catch (error) {
      if (isNoEntry(error)) return undefined;
      throw error;
    }
  }

  async function require(sha256: string): Promise<{ path: string; bytes: number }> {
    const entry = await statOf(sha256);
    if (entry === undefined) throw new AppError('not-found', `no artifact ${sha256}`);
    return { path: place(sha256).path, bytes: entry.bytes };
  }

  async function moveIn(from: string, sha256: string): Promise<void> {
    const { folder, path } = place(sha256);
    await mkdir(folder, { recursive: true });
    // Over an existing file the move replaces equal content by equal content.
    await rename(from, path);
    await syncDirectory(folder);
  }

  return {
    async put(content, options = {}) {
      const incoming = join(directory, INCOMING);
      await mkdir(incoming, { recursive: true });
      const temporary = join(incoming, randomUUID());
      try {
        let entry: ArtifactEntry;
        {
          await using file = await open(temporary, 'wx');
          entry = await writeContent(file, content, options);
        }
        await moveIn(temporary, entry.sha256);
        return entry;
      } catch (error) {
        await rm(temporary, { force: true });
        throw explainWriteFailure(error);
      }
    },

    async adopt(path, sha256) {
      await moveIn(path, sha256);
      return { sha256, bytes: (await require(sha256)).bytes };
    },

    async open(sha256, range = {}) {
      const { path, bytes } = await require(sha256);
      const start = range.start ?? 0;
      const end = Math.min(range.end ?? bytes - 1, bytes - 1);
      if (start < 0 || (start > end && bytes > 0)) {
        throw new AppError('invalid-input', `bytes ${start} to ${end} are not within ${bytes}`);
      }
      if (bytes === 0) return { stream: createReadStream(path), bytes };
      return { stream: createReadStream(path, { start, end }), bytes: end - start + 1 };
    },

    async pathOf(sha256) {
      return (await require(sha256)).path;
    },

    stat: statOf,

    async has(sha256) {
      return (await statOf(sha256)) !== undefined;
    },

    async verify(sha256) {
      if ((await statOf(sha256)) === undefined) return 'missing';
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(place(sha256).path)) hash.update(chunk);
      return hash.digest('hex') === sha256 ? 'intact' : 'damaged';
    },

    async remove(sha256) {
      const entry = await statOf(sha256);
      await rm(place(sha256).path, { force: true });
      return entry !== undefined;
    },

    async *listStoredBefore(beforeMs) {
      for (const first of await namesIn(directory, PREFIX)) {
        for (const second of await namesIn(join(directory, first), PREFIX)) {
          for (const sha256 of await namesIn(join(directory, first, second), SHA256)) {
            const found = await stat(place(sha256).path).catch(() => undefined);
            if (found === undefined || found.mtimeMs >= beforeMs) continue;
            yield { sha256, bytes: found.size, storedAtMs: found.mtimeMs };
          }
        }
      }
    },

    async removeAbandoned(beforeMs) {
      const incoming = join(directory, INCOMING);
      let removed = 0;
      for (const name of await namesIn(incoming)) {
        const path = join(incoming, name);
        const found = await stat(path).catch(() => undefined);
        if (found === undefined || found.mtimeMs >= beforeMs) continue;
        await rm(path, { force: true });
        removed++;
      }
      return removed;
    },
  };
}
