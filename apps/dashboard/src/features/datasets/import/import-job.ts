import {
  AppError,
  type DatasetSummary,
  type ImportOptionsInput,
  type ImportProgress,
} from '@starling/domain';
import type { FileRole } from './import-form.ts';

export interface FileProgress {
  role: FileRole;
  name: string;
  sentBytes: number;
  totalBytes: number;
}

/**
 * idle → uploading → importing → done, or failed from either. `canAskAgain`: the answer was
 * lost or the coordinator was not able to give one, so that the very same request may be sent
 * again; nothing is uploaded twice then.
 */
export type ImportState =
  | { phase: 'idle' }
  | { phase: 'uploading'; files: readonly FileProgress[] }
  | { phase: 'importing'; files: readonly FileProgress[]; progress: ImportProgress | null }
  | { phase: 'failed'; error: AppError; canAskAgain: boolean }
  | { phase: 'done'; dataset: DatasetSummary };

export interface ImportPorts {
  upload: (
    file: File,
    wishes: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
  ) => Promise<string>;
  /** Rejects with an AppError; with `timed-out` where the answer was lost. */
  importDataset: (input: {
    requestId: string;
    options: ImportOptionsInput;
  }) => Promise<DatasetSummary>;
  /** Follows an import until the returned function is called. */
  watch: (requestId: string, onProgress: (progress: ImportProgress) => void) => () => void;
  createRequestId: () => string;
}

interface Order {
  files: readonly { role: FileRole; file: File }[];
  toOptions: (uploads: Partial<Record<FileRole, string>>) => ImportOptionsInput;
}

/** Why a user's own stop is no failure. */
const stopped = new AppError('conflict', 'the upload was stopped');

/**
 * One import at a time, from files to a data set. It outlives the page that began it: whoever
 * leaves and comes back finds it where it is.
 */
export class ImportJob {
  #state: ImportState = { phase: 'idle' };
  readonly #listeners = new Set<() => void>();
  #abort: AbortController | undefined;
  /** Files that are staged already, by content handle; dropped once the coordinator let them go. */
  #staged = new Map<File, string>();
  /** The request that may be sent again as it is. */
  #open: { requestId: string; options: string } | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ImportState => this.#state;

  get isActive(): boolean {
    return this.#state.phase === 'uploading' || this.#state.phase === 'importing';
  }

  /** Uploads what is not staged, then imports. Resolves when it is over, however it went. */
  async run(order: Order, ports: ImportPorts): Promise<ImportState> {
    if (this.isActive) return this.#state;
    this.#abort = new AbortController();
    try {
      const { uploads, files } = await this.#uploadAll(order, ports, this.#abort.signal);
      const dataset = await this.#import(order.toOptions(uploads), files, ports);
      this.#forget();
      this.#become({ phase: 'done', dataset });
    } catch (thrown) {
      this.#fail(thrown);
    }
    return this.#state;
  }

  /** Stops an upload; an import that has begun cannot be stopped. */
  stop(): void {
    if (this.#state.phase === 'uploading') this.#abort?.abort(stopped);
  }

  /** Takes note that the end was seen; the form may be filled in again. */
  settle(): void {
    if (!this.isActive) this.#become({ phase: 'idle' });
  }

  async #uploadAll(
    { files }: Order,
    ports: ImportPorts,
    signal: AbortSignal,
  ): Promise<{ uploads: Partial<Record<FileRole, string>>; files: FileProgress[] }> {
    let progress = files.map(({ role, file }): FileProgress => {
      const sentBytes = this.#staged.has(file) ? file.size : 0;
      return { role, name: file.name, sentBytes, totalBytes: file.size };
    });
    this.#become({ phase: 'uploading', files: progress });
    const uploads: Partial<Record<FileRole, string>> = {};
    for (const { role, file } of files) {
      const onProgress = (sentBytes: number): void => {
        progress = progress.map((one) =>
          // The body's frame counts as well for some browsers: never show more than there is.
          one.role === role ? { ...one, sentBytes: Math.min(sentBytes, file.size) } : one,
        );
        this.#become({ phase: 'uploading', files: progress });
      };
      const uploadId = this.#staged.get(file) ?? (await ports.upload(file, { signal, onProgress }));
      this.#staged.set(file, uploadId);
      uploads[role] = uploadId;
    }
    signal.throwIfAborted();
    return { uploads, files: progress };
  }

  async #import(
    options: ImportOptionsInput,
    files: readonly FileProgress[],
    ports: ImportPorts,
  ): Promise<DatasetSummary> {
    const text = JSON.stringify(options);
    if (this.#open?.options !== text) {
      this.#open = { requestId: ports.createRequestId(), options: text };
    }
    const { requestId } = this.#open;
    this.#become({ phase: 'importing', files, progress: null });
    const unwatch = ports.watch(requestId, (progress) => {
      if (this.#state.phase === 'importing') this.#become({ ...this.#state, progress });
    });
    try {
      return await ports.importDataset({ requestId, options });
    } finally {
      unwatch();
    }
  }

  #fail(thrown: unknown): void {
    if (thrown === stopped) {
      this.#become({ phase: 'idle' });
      return;
    }
    const error =
      thrown instanceof AppError
        ? thrown
        : new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown));
    // The coordinator removes the files of an import that it refused, and keeps the others.
    if (!error.retryable) this.#forget();
    this.#become({ phase: 'failed', error, canAskAgain: error.retryable });
  }

  #forget(): void {
    this.#staged = new Map();
    this.#open = undefined;
  }

  #become(state: ImportState): void {
    this.#state = state;
    for (const tell of this.#listeners) tell();
  }
}
