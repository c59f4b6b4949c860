import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, type ErrorCode, wireErrorSchema } from '@starling/domain';
import { after, type Backoff, type Logger, newId, retry } from '@starling/runtime';
import { z } from 'zod';

export interface ArtifactClientOptions {
  /** Origin of the coordinator's front port. */
  url: string;
  token: string;
  log: Logger;
  /** Ends all transfers. */
  signal: AbortSignal;
  backoff?: Backoff;
  /** Without a byte for so long, a transfer is given up and begun again. */
  stallMs?: number;
}

/**
 * Artifacts of the coordinator by sha256, over HTTP. What may pass (no connection, 5xx) is
 * tried again until the signal aborts; what will not (`not-found`, `forbidden`, damage that
 * comes back) is thrown.
 */
export interface ArtifactClient {
  /** The whole artifact in memory. */
  read(sha256: string): Promise<Uint8Array>;
  /** Writes the artifact to a path; there whole or not at all. */
  download(sha256: string, path: string): Promise<void>;
  /** Stores bytes and says under which sha256. */
  upload(bytes: Uint8Array): Promise<string>;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const DAMAGED_TRIES = 3;
/** 1 MB a second: an upload slower than that is given up and begun again. */
const SLOWEST_BYTES_A_MS = 1000;

/** Bodies of the coordinator's errors: the wire's own, with or without an envelope. */
const errorBodySchema = z.union([
  wireErrorSchema,
  z.object({ error: wireErrorSchema }).transform((body) => body.error),
]);

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 413) return 'too-large';
  if (status === 429) return 'rate-limited';
  if (status === 507) return 'storage-full';
  if (status >= 500) return 'database-unavailable';
  return 'protocol-mismatch';
}

async function refusalOf(response: Response, what: string): Promise<AppError> {
  const text = await response.text().catch(() => '');
  try {
    const parsed = errorBodySchema.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.code !== 'internal') return AppError.fromWire(parsed.data);
  } catch {
    // Not JSON: the status has to do.
  }
  const retryable = response.status >= 500 || response.status === 429;
  return new AppError(codeOfStatus(response.status), `${what}: HTTP ${response.status}`, {
    retryable,
  });
}

/** A failed transfer as a retryable error of the peer; `fetch` throws TypeErrors for them. */
function unreachable(cause: unknown): AppError {
  const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return new AppError('timed-out', `the coordinator cannot be reached: ${error}`, { cause });
}

async function reached(response: Promise<Response>): Promise<Response> {
  try {
    return await response;
  } catch (cause) {
    throw unreachable(cause);
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const read = await reader?.read().catch((cause) => {
        throw unreachable(cause);
      });
      if (read === undefined || read.done) return;
      yield read.value;
    }
  } finally {
    // Also where the receiver gave up, so that the connection is not left half read.
    await reader?.cancel().catch(() => undefined);
  }
}

export function createArtifactClient(options: ArtifactClientOptions): ArtifactClient {
  const { log, signal, stallMs = 60_000 } = options;
  const backoff = options.backoff ?? { initialMs: 500, maximumMs: 15_000 };
  const headers = { authorization: `Bearer ${options.token}` };
  const addressOf = (sha256: string): URL => new URL(`/artifacts/${sha256}`, options.url);

  function persist<Value>(what: string, operation: () => Promise<Value>): Promise<Value> {
    let damaged = 0;
    return retry(operation, {
      attempts: Number.POSITIVE_INFINITY,
      backoff,
      signal,
      isRetryable(error) {
        // Anything else is a bug or a full disk of our own, which no repetition mends.
        if (!(error instanceof AppError)) return false;
        if (error.code === 'checksum-mismatch') damaged++;
        return error.retryable && damaged < DAMAGED_TRIES;
      },
      onRetry: (error, attempt, delayMs) =>
        log.warn({ what, attempt, delayMs, reason: String(error) }, 'a transfer failed; again'),
    });
  }

  /** The body of an artifact, checked while it is read. */
  async function* receive(sha256: string): AsyncGenerator<Uint8Array> {
    const stall = new AbortController();
    let timer = after(stallMs, () => stall.abort());
    try {
      const request = { headers, signal: AbortSignal.any([signal, stall.signal]) };
      const response = await reached(fetch(addressOf(sha256), request));
      if (!response.ok) throw await refusalOf(response, `artifact ${sha256}`);
      const hash = createHash('sha256');
      for await (const chunk of bodyOf(response)) {
        timer.cancel();
        timer = after(stallMs, () => stall.abort());
        hash.update(chunk);
        yield chunk;
      }
      const found = hash.digest('hex');
      if (found !== sha256) {
        throw new AppError('checksum-mismatch', `artifact ${sha256} arrived as ${found}`);
      }
    } finally {
      timer.cancel();
    }
  }

  return {
    read: (sha256) =>
      persist(`read ${sha256}`, async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of receive(sha256)) chunks.push(chunk);
        return new Uint8Array(Buffer.concat(chunks));
      }),
    download: (sha256, path) =>
      persist(`download ${sha256}`, async () => {
        const temporary = `${path}.${newId('request')}.tmp`;
        try {
          await pipeline(Readable.from(receive(sha256)), createWriteStream(temporary));
          await rename(temporary, path);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      }),
    async upload(bytes) {
      const sha256 = sha256Of(bytes);
      await persist(`upload ${sha256}`, async () => {
        const patienceMs = stallMs + Math.ceil(bytes.byteLength / SLOWEST_BYTES_A_MS);
        const response = await reached(
          fetch(addressOf(sha256), {
            method: 'PUT',
            headers: { ...headers, 'content-type': 'application/octet-stream' },
            body: bytes as Uint8Array<ArrayBuffer>,
            signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
          }),
        );
        if (!response.ok) throw await refusalOf(response, `upload of ${bytes.byteLength} bytes`);
        await response.body?.cancel();
      });
      return sha256;
    },
  };
}
