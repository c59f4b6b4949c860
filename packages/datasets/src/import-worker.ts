import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '@starling/domain';
import { importInto } from './importing/import-dataset.ts';
import type { ImportThreadMessage, ImportThreadTask } from './importing/import-in-thread.ts';

/** Entry of the thread that `importInThread` starts; it imports once and ends. */
async function run(port: NonNullable<typeof parentPort>): Promise<void> {
  const { workDirectory, ...request } = workerData as ImportThreadTask;
  const abort = new AbortController();
  port.once('message', () => abort.abort());
  const send = (message: ImportThreadMessage): void => port.postMessage(message);
  try {
    const stored = await importInto(workDirectory, {
      ...request,
      signal: abort.signal,
      onProgress: (progress) => send({ kind: 'progress', progress }),
    });
    send({ kind: 'done', stored });
  } catch (error) {
    // An AppError loses its class on the way to another thread; its wire form does not.
    send({ kind: 'failed', error: toAppError(error).toWire() });
  } finally {
    port.close();
  }
}

if (parentPort !== null) await run(parentPort);
