import { AppError, toAppError, wireErrorSchema } from '@starling/domain';
import {
  type CoordinatorEventName,
  type CoordinatorToWorker,
  coordinatorEvents,
  namespaces,
  parseMessage,
  refuse,
  succeed,
  unwrapAck,
  type WorkerEventName,
  type WorkerHello,
  type WorkerToCoordinator,
  type WorkerWelcome,
  workerEvents,
} from '@starling/protocol';
import { type Backoff, backoffDelayMs, type Logger, sleep } from '@starling/runtime';
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';

type Message<Name extends WorkerEventName> = z.input<(typeof workerEvents)[Name]['message']>;
type Answer<Name extends WorkerEventName> = z.output<(typeof workerEvents)[Name]['answer']>;
type Received<Name extends CoordinatorEventName> = z.output<
  (typeof coordinatorEvents)[Name]['message']
>;
type Reply<Name extends CoordinatorEventName> = z.input<(typeof coordinatorEvents)[Name]['answer']>;

export type CoordinatorHandlers = {
  [Name in CoordinatorEventName]: (message: Received<Name>) => Reply<Name> | Promise<Reply<Name>>;
};

export interface LinkOptions {
  /** Origin of the coordinator's front port. */
  url: string;
  token: string;
  /** Made anew for each connection: it says what still runs. */
  hello: () => WorkerHello;
  onWelcome: (welcome: WorkerWelcome) => void;
  handlers: CoordinatorHandlers;
  /** The coordinator will never take this worker: wrong token, wrong role, wrong version. */
  onRefused: (error: AppError) => void;
  log: Logger;
  answerTimeoutMs?: number;
  backoff?: Backoff;
}

/**
 * The worker's end of the socket. It connects until closed, however long the coordinator is
 * away; `request` works between a welcome and the next disconnection.
 */
export interface CoordinatorLink {
  /**
   * Sends an event and waits for its answer. Throws the coordinator's error, or a retryable
   * `timed-out` where no answer came, in which case the event may have arrived.
   */
  request<Name extends WorkerEventName>(event: Name, message: Message<Name>): Promise<Answer<Name>>;
  /** Resolves when requests can be sent; rejects with the signal's reason. */
  whenReady(signal: AbortSignal): Promise<void>;
  readonly isReady: boolean;
  /** Says hello again on the same connection: the coordinator seems not to know this worker. */
  introduceAgain(): void;
  close(): void;
}

/** Vain tries between two lines about them. */
const wordsEvery = 20;

export function connectToCoordinator(options: LinkOptions): CoordinatorLink {
  const {
    log,
    answerTimeoutMs = 20_000,
    backoff = { initialMs: 500, maximumMs: 15_000 },
  } = options;
  const socket: Socket<CoordinatorToWorker, WorkerToCoordinator> = io(
    new URL(namespaces.workers, options.url).href,
    {
      auth: { token: options.token },
      transports: ['websocket'],
      reconnectionDelay: backoff.initialMs,
      reconnectionDelayMax: backoff.maximumMs,
    },
  );
  const closed = new AbortController();
  let isReady = false;
  let failures = 0;
  let unreached = 0;
  const waiting = new Set<() => void>();

  async function request<Name extends WorkerEventName>(
    event: Name,
    message: Message<Name>,
  ): Promise<Answer<Name>> {
    if (!socket.connected) throw new AppError('timed-out', `not connected: ${event} was not sent`);
    let answer: unknown;
    try {
      // The event map types each event apart; a generic name cannot be narrowed to one of them.
      const emit = socket.timeout(answerTimeoutMs) as unknown as {
        emitWithAck(event: string, message: unknown): Promise<unknown>;
      };
      answer = await emit.emitWithAck(event, message);
    } catch (cause) {
      throw new AppError('timed-out', `no answer to ${event}`, { cause });
    }
    const value = unwrapAck(answer as Parameters<typeof unwrapAck>[0]);
    return parseMessage(workerEvents[event].answer, value) as Answer<Name>;
  }

  function refuseWorker(error: AppError): void {
    socket.disconnect();
    closed.abort();
    options.onRefused(error);
  }

  /** After a failure that Socket.IO does not mend by itself. */
  async function later(action: () => void): Promise<void> {
    failures++;
    try {
      await sleep(backoffDelayMs(backoff, failures), { signal: closed.signal });
    } catch {
      return;
    }
    action();
  }

  async function introduce(): Promise<void> {
    const { id } = socket;
    try {
      const welcome = await request('worker.hello', options.hello());
      if (socket.id !== id) return;
      failures = 0;
      unreached = 0;
      isReady = true;
      log.info({ url: options.url }, 'connected to the coordinator');
      options.onWelcome(welcome);
      for (const resolve of waiting) resolve();
      waiting.clear();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!error.retryable) return refuseWorker(error);
      log.warn({ reason: error.message }, 'the coordinator did not welcome this worker; again');
      await later(() => {
        if (socket.connected && socket.id === id) void introduce();
      });
    }
  }

  socket.on('connect', () => void introduce());
  socket.on('disconnect', (reason) => {
    isReady = false;
    if (closed.signal.aborted) return;
    log.warn({ reason }, 'lost the coordinator; training goes on');
    if (!socket.active) void later(() => socket.connect());
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    isReady = false;
    const wire = wireErrorSchema.safeParse(error.data);
    if (wire.success && !wire.data.retryable) return refuseWorker(AppError.fromWire(wire.data));
    // Said at once and now and then, so that a wrong address is no silence.
    const say = unreached++ % wordsEvery === 0 ? log.warn : log.debug;
    say.call(
      log,
      { url: options.url, reason: error.message },
      'cannot reach the coordinator; trying on',
    );
    if (!socket.active) void later(() => socket.connect());
  });
  for (const event of Object.keys(coordinatorEvents) as CoordinatorEventName[]) {
    listen(event);
  }

  function listen<Name extends CoordinatorEventName>(event: Name): void {
    const receive = async (message: unknown, answer?: (ack: unknown) => void): Promise<void> => {
      try {
        const parsed = parseMessage(coordinatorEvents[event].message, message) as Received<Name>;
        answer?.(succeed(await options.handlers[event](parsed)));
      } catch (thrown) {
        log.warn(
          { event, reason: toAppError(thrown).message },
          'refused what the coordinator sent',
        );
        answer?.(refuse(thrown));
      }
    };
    (socket as unknown as { on(event: string, listener: typeof receive): void }).on(event, receive);
  }

  return {
    request,
    get isReady() {
      return isReady && socket.connected;
    },
    async whenReady(signal) {
      signal.throwIfAborted();
      if (isReady && socket.connected) return;
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          waiting.delete(ready);
          reject(signal.reason);
        };
        const ready = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(ready);
      });
    },
    introduceAgain() {
      if (socket.connected) void introduce();
    },
    close() {
      isReady = false;
      closed.abort();
      socket.disconnect();
    },
  };
}
