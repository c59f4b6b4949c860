import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AppError, type ImportProgress, type WireError } from '@starling/domain';
import type { StoredDataset } from '../stored/dataset-writer.ts';
import { type ImportRequest, makeWorkDirectory } from './import-dataset.ts';

/** What the thread gets: the request without what cannot be sent. */
export interface ImportThreadTask extends Omit<ImportRequest, 'onProgress' | 'signal'> {
  readonly workDirectory: string;
}

export type ImportThreadMessage =
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  | { readonly kind: 'done'; readonly stored: StoredDataset }
  | { readonly kind: 'failed'; readonly error: WireError };

/** Enough for the labels and groups of a file of 1 GiB; beyond it the thread ends, not we. */
const HEAP_LIMIT_MB = 2048;

function startThread(task: ImportThreadTask): Worker {
  // Run from source the entry is TypeScript, which needs the packages' sources as well.
  const isSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`../import-worker.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    workerData: task,
    name: 'dataset-import',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    execArgv: isSource ? ['--conditions=starling-source'] : [],
  });
}

function explainCrash(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = 'the data set has too many rows, labels or groups for the memory of one import';
    return new AppError('out-of-memory', message, { cause: error, retryable: false });
  }
  return new AppError('internal', `the import's thread failed: ${String(error)}`, { cause: error });
}

function waitFor(thread: Worker, request: ImportRequest): Promise<StoredDataset> {
  return new Promise((resolve, reject) => {
    const { signal, onProgress } = request;
    const cancel = (): void => thread.postMessage('cancel');
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    const settle = (finish: () => void): void => {
      signal?.removeEventListener('abort', cancel);
      finish();
    };
    thread.on('message', (message: ImportThreadMessage) => {
      if (message.kind === 'progress') onProgress?.(message.progress);
      else if (message.kind === 'done') settle(() => resolve(message.stored));
      else {
        settle(() => reject(signal?.aborted ? signal.reason : AppError.fromWire(message.error)));
      }
    });
    thread.on('error', (error) => settle(() => reject(explainCrash(error))));
    thread.on('exit', (code) => settle(() => reject(explainCrash(`it ended with code ${code}`))));
  });
}

/**
 * `importDataset` in a thread of its own, so that the caller's event loop stays free.
 * Same promises; a thread that dies leaves nothing behind either.
 */
export async function importInThread(request: ImportRequest): Promise<StoredDataset> {
  const { onProgress: _, signal, ...rest } = request;
  signal?.throwIfAborted();
  const workDirectory = await makeWorkDirectory(request.outputDirectory);
  const thread = startThread({ ...rest, workDirectory });
  try {
    return await waitFor(thread, request);
  } finally {
    await thread.terminate();
    await rm(workDirectory, { recursive: true, force: true });
  }
}
