import pg from 'pg';
import { notifyChannel } from './events.ts';

export interface Listener {
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** The payload of a notification, as text. */
  onNotice: (payload: string) => void;
  /**
   * The listener hears from now on, at its start and after every lost connection: what was
   * said in between was missed, so whoever follows the tables looks again.
   */
  onListening: () => void;
  /** The connection broke or could not be made; it is tried again by itself. */
  onLost: (error: Error) => void;
  /** Milliseconds between tries, and between checks that the connection is alive. */
  retryMs?: number;
  checkMs?: number;
}

/**
 * Hears the notifications of committed transactions on a connection of its own (a pool's
 * would come and go). Never throws: a lost connection is made again until `close`.
 */
export function listen(databaseUrl: string, options: ListenerOptions): Listener {
  const { retryMs = 500, checkMs = 10_000 } = options;
  let isClosed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'starling-listener',
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
      keepAlive: true,
    });
    client = fresh;
    let isLost = false;
    const lose = (error: Error): void => {
      if (isLost) return;
      isLost = true;
      clearTimeout(timer);
      fresh.removeAllListeners('notification');
      void fresh.end().catch(() => {});
      if (isClosed) return;
      options.onLost(error);
      timer = setTimeout(() => void connect(), retryMs);
      timer.unref();
    };
    fresh.on('error', lose);
    fresh.on('end', () => lose(new Error('the listening connection ended')));
    fresh.on('notification', ({ payload }) => {
      if (payload !== undefined) options.onNotice(payload);
    });
    // A connection that a proxy forgot looks alive until it is asked something.
    const check = (): void => {
      timer = setTimeout(() => {
        fresh.query('select 1').then(check, lose);
      }, checkMs);
      timer.unref();
    };
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(notifyChannel)}`);
      if (isClosed) return void fresh.end().catch(() => {});
      check();
      options.onListening();
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)));
    }
  }

  void connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
