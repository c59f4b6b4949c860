import { type Listener, listen } from '@starling/db';
import type { Logger } from '@starling/runtime';
import { type Notice, readNotice } from './notice.ts';

/** Something that acts on notices; what it throws is logged and stops nobody else. */
export interface NoticeReader {
  onNotice?(notice: Notice): unknown;
  /** Notices may have been missed up to now: look at the tables again. */
  onCatchUp?(): unknown;
}

/** Hands on what any coordinator committed, this one included, to those who act on it. */
export class NoticeBoard {
  readonly #databaseUrl: string;
  readonly #log: Logger;
  readonly #readers: NoticeReader[] = [];
  #listener: Listener | undefined;

  constructor(options: { databaseUrl: string; log: Logger }) {
    this.#databaseUrl = options.databaseUrl;
    this.#log = options.log;
  }

  add(reader: NoticeReader): void {
    this.#readers.push(reader);
  }

  start(): void {
    this.#listener = listen(this.#databaseUrl, {
      onNotice: (payload) => {
        const notice = readNotice(payload);
        if (notice !== undefined) this.#tell((reader) => reader.onNotice?.(notice));
      },
      onListening: () => this.#tell((reader) => reader.onCatchUp?.()),
      onLost: (error) => this.#log.warn({ err: error }, 'the listening connection was lost'),
    });
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
  }

  #tell(say: (reader: NoticeReader) => unknown): void {
    for (const reader of this.#readers) {
      const acted = new Promise((resolve) => resolve(say(reader)));
      acted.catch((error: unknown) => {
        this.#log.warn({ err: error }, 'a notice could not be acted on');
      });
    }
  }
}
