import type { PrismaClient } from '@starling/db';
import { AppError, type SweepSummary, type WorkerSummary } from '@starling/domain';
import {
  type Ack,
  type LiveRequestName,
  type LiveToClient,
  type LiveToServer,
  liveRequests,
  parseMessage,
  refuse,
  succeed,
} from '@starling/protocol';
import type { Logger } from '@starling/runtime';
import type { Namespace, Socket } from 'socket.io';
import type { z } from 'zod';
import type { ImportEvent } from '../datasets/import-progress-bus.ts';
import { readThrown } from '../errors/read-thrown.ts';
import { admitSocket, type CallerResolver, guardNamespace } from '../fleet/guard-socket.ts';
import type { Notice } from '../sweeps/notice.ts';
import { LiveSweeps } from './live-sweeps.ts';
import { Throttle } from './throttle.ts';

export type LiveNamespace = Namespace<LiveToServer, LiveToClient>;
type LiveSocket = Socket<LiveToServer, LiveToClient>;
type Message<Name extends LiveRequestName> = z.output<(typeof liveRequests)[Name]['message']>;

export interface LiveSocketsParts {
  prisma: PrismaClient;
  resolver: CallerResolver;
  log: Logger;
  listWorkers: () => Promise<WorkerSummary[]>;
  summariseSweep: (sweepId: string) => Promise<SweepSummary>;
  imports: {
    newest(requestId: string): ImportEvent['progress'] | undefined;
    subscribe(listener: (event: ImportEvent) => void): () => void;
  };
}

const rooms = {
  sweep: (sweepId: string) => `sweep:${sweepId}`,
  sweeps: 'sweeps',
  fleet: 'fleet',
  import: (requestId: string) => `import:${requestId}`,
};

/** Milliseconds between two summaries of one sweep, and between two pictures of the fleet. */
const summaryEveryMs = 500;
const fleetEveryMs = 1000;

/** Rooms that one page may be in. */
const maximumRooms = 200;

/** The `/live` namespace: what pages watch, kept up to date by notices of commits. */
export class LiveSockets {
  readonly #parts: LiveSocketsParts;
  readonly #sweeps: LiveSweeps;
  readonly #summaries: Throttle;
  readonly #fleet: Throttle;
  #namespace: LiveNamespace | undefined;
  #lastFleet = '';
  #unsubscribe: (() => void) | undefined;

  constructor(parts: LiveSocketsParts) {
    this.#parts = parts;
    this.#sweeps = new LiveSweeps({
      prisma: parts.prisma,
      send: (delta) => this.#to(rooms.sweep(delta.sweepId))?.emit('sweep.delta', delta),
    });
    this.#summaries = new Throttle(summaryEveryMs, (id) => this.#attempt(this.#sendSummary(id)));
    this.#fleet = new Throttle(fleetEveryMs, () => this.#attempt(this.#sendFleet()));
  }

  attach(namespace: LiveNamespace): void {
    this.#namespace = namespace;
    namespace.use(guardNamespace(this.#parts.resolver, 'read'));
    namespace.on('connection', (socket) => this.#serve(socket));
    namespace.adapter.on('delete-room', (room: string) => {
      if (room.startsWith('sweep:')) this.#sweeps.unwatch(room.slice('sweep:'.length));
    });
    this.#unsubscribe = this.#parts.imports.subscribe((event) => {
      this.#to(rooms.import(event.requestId))?.emit('import.progress', event);
    });
  }

  close(): void {
    this.#unsubscribe?.();
  }

  onNotice(notice: Notice): unknown {
    if (notice.kind === 'fleet') return this.fleetChanged();
    if (notice.kind !== 'sweep') return undefined;
    if (this.#hasWatchers(rooms.sweeps)) this.#summaries.ask(notice.sweepId);
    if (this.#hasWatchers(rooms.fleet)) this.fleetChanged();
    return this.#sweeps.publish(notice.sweepId);
  }

  onCatchUp(): unknown {
    return this.#sweeps.publishAll();
  }

  /** Asks for a new picture of the fleet; said now and then too, because heartbeats move. */
  fleetChanged(): void {
    if (this.#hasWatchers(rooms.fleet)) this.#fleet.ask('fleet');
  }

  // Only to pages of this coordinator: every other one hears the same notices.
  #to(room: string) {
    return this.#namespace?.local.to(room);
  }

  #hasWatchers(room: string): boolean {
    return (this.#namespace?.adapter.rooms.get(room)?.size ?? 0) > 0;
  }

  #attempt(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'a live message could not be made');
    });
  }

  async #sendSummary(sweepId: string): Promise<void> {
    this.#to(rooms.sweeps)?.emit('sweeps.changed', await this.#parts.summariseSweep(sweepId));
  }

  async #sendFleet(): Promise<void> {
    const workers = await this.#parts.listWorkers();
    const text = JSON.stringify(workers);
    if (text === this.#lastFleet) return;
    this.#lastFleet = text;
    this.#to(rooms.fleet)?.emit('fleet.changed', workers);
  }

  #serve(socket: LiveSocket): void {
    socket.onAny((event: string, ...args: unknown[]) => {
      const answer = args.at(-1);
      const [message] = args.length > 1 ? args : [];
      const reply = (ack: Ack<unknown>): void => {
        if (typeof answer === 'function') (answer as (ack: Ack<unknown>) => void)(ack);
      };
      this.#handle(socket, event, message).then(
        (value) => reply(succeed(value)),
        (thrown: unknown) => reply(this.#describeError(event, thrown)),
      );
    });
  }

  #describeError(event: string, thrown: unknown): Ack<never> {
    const error = readThrown(thrown);
    if (error.kind !== 'bug') return refuse(error);
    this.#parts.log.error({ err: error.cause ?? error, event }, 'a live request failed');
    return refuse(new AppError('internal', 'something broke inside Starling'));
  }

  async #handle(socket: LiveSocket, event: string, raw: unknown): Promise<unknown> {
    await admitSocket(this.#parts.resolver, socket, 'read').catch((thrown: unknown) => {
      const { code } = readThrown(thrown);
      if (code === 'unauthenticated' || code === 'forbidden') {
        setImmediate(() => socket.disconnect(true));
      }
      throw thrown;
    });
    if (!Object.hasOwn(liveRequests, event)) {
      throw new AppError('invalid-input', `there is no request ${event.slice(0, 60)}`);
    }
    if (socket.rooms.size >= maximumRooms && event !== 'sweep.unwatch') {
      throw new AppError('rate-limited', `a page watches at most ${maximumRooms} things`);
    }
    const name = event as LiveRequestName;
    const message = parseMessage(liveRequests[name].message, raw);
    const handlers = this.#handlers as { [Key in LiveRequestName]: Handler<LiveRequestName> };
    return handlers[name](socket, message);
  }

  readonly #handlers: { [Name in LiveRequestName]: Handler<Name> } = {
    'sweep.watch': async (socket, { sweepId, since }) => {
      await socket.join(rooms.sweep(sweepId));
      try {
        return await this.#sweeps.watch(sweepId, since);
      } catch (error) {
        await socket.leave(rooms.sweep(sweepId));
        throw error;
      }
    },
    'sweep.unwatch': async (socket, { sweepId }) => {
      await socket.leave(rooms.sweep(sweepId));
      return {};
    },
    'sweeps.watch': async (socket) => {
      await socket.join(rooms.sweeps);
      return {};
    },
    'fleet.watch': async (socket) => {
      await socket.join(rooms.fleet);
      return { workers: await this.#parts.listWorkers() };
    },
    'import.watch': async (socket, { requestId }) => {
      await socket.join(rooms.import(requestId));
      const progress = this.#parts.imports.newest(requestId);
      if (progress !== undefined) socket.emit('import.progress', { requestId, progress });
      return {};
    },
  };
}

type Handler<Name extends LiveRequestName> = (
  socket: LiveSocket,
  message: Message<Name>,
) => Promise<unknown>;
