import { Injectable } from '@nestjs/common';
import type { ImportProgress } from '@starling/domain';

export interface ImportEvent {
  requestId: string;
  progress: ImportProgress;
}

/** Most imports whose newest progress is kept for watchers that come late. */
const rememberedImports = 200;

/**
 * Progress of imports in this process, from the import to whoever shows it. Only the newest
 * state of each matters, so a watcher gets that at once and misses nothing by coming late.
 */
@Injectable()
export class ImportProgressBus {
  readonly #newest = new Map<string, ImportProgress>();
  readonly #listeners = new Set<(event: ImportEvent) => void>();

  publish(event: ImportEvent): void {
    this.#newest.delete(event.requestId);
    this.#newest.set(event.requestId, event.progress);
    if (this.#newest.size > rememberedImports) {
      const [oldest] = this.#newest.keys();
      if (oldest !== undefined) this.#newest.delete(oldest);
    }
    for (const listener of this.#listeners) listener(event);
  }

  /** The newest progress of an import; nothing where none is known here. */
  newest(requestId: string): ImportProgress | undefined {
    return this.#newest.get(requestId);
  }

  /** Calls `listener` for every import's progress until the returned function is called. */
  subscribe(listener: (event: ImportEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
