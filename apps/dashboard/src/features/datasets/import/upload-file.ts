import { AppError, wireErrorSchema } from '@starling/domain';
import { z } from 'zod';

const stagedSchema = z.object({ uploadId: z.string().min(1) });
const refusalSchema = z.object({ error: wireErrorSchema });

interface UploadWishes {
  signal: AbortSignal;
  /** Bytes sent so far; at least once, with all of them, before the end. */
  onProgress: (sentBytes: number) => void;
}

/** A file whose content differs from when it was chosen can no longer be read by the page. */
async function checkReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      `${file.name} was changed or moved after you chose it; choose it again`,
      { cause },
    );
  }
}

/**
 * Sends one file as it is; resolves to the name under which it is staged. By XMLHttpRequest,
 * because `fetch` tells nothing of how far an upload is. Throws the coordinator's refusal as an
 * AppError, a lost connection as `timed-out`, and the signal's reason once that is aborted.
 */
export async function uploadFile(file: File, wishes: UploadWishes): Promise<string> {
  const { signal, onProgress } = wishes;
  await checkReadable(file);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('abort', () => reject(signal.reason));
    request.addEventListener('error', () =>
      reject(
        new AppError('timed-out', `the connection was lost while ${file.name} was on its way`),
      ),
    );
    request.addEventListener('load', () => {
      const answer = readAnswer(request);
      if (answer instanceof AppError) reject(answer);
      else {
        onProgress(file.size);
        resolve(answer);
      }
    });
    request.open('POST', `/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
}

function readAnswer({ status, responseText }: XMLHttpRequest): string | AppError {
  let body: unknown;
  try {
    body = JSON.parse(responseText);
  } catch {
    body = undefined;
  }
  const staged = stagedSchema.safeParse(body);
  if (status < 300 && staged.success) return staged.data.uploadId;
  const refusal = refusalSchema.safeParse(body);
  if (refusal.success) return AppError.fromWire(refusal.data.error);
  return new AppError('internal', `the upload was answered with status ${status}`);
}
