import type { EpochReport, LeaderboardRow, SweepSummary, Verdict } from '@starling/domain';
import {
  type Ack,
  type LiveToClient,
  type LiveToServer,
  namespaces,
  type SweepDelta,
  sweepDeltaSchema,
  unwrapAck,
  type WatchAnswer,
} from '@starling/protocol';
import { io, type Socket } from 'socket.io-client';
import type { TestStack } from './stack.ts';

export type LiveSocket = Socket<LiveToClient, LiveToServer>;

export function openLive(stack: TestStack, token = stack.token): LiveSocket {
  return io(`${stack.url}${namespaces.live}`, {
    auth: { token },
    transports: ['websocket'],
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
    forceNew: true,
  });
}

/** What a page knows of a sweep when all it ever got were deltas. */
export interface Picture {
  sweep: SweepSummary | undefined;
  rows: Map<string, LeaderboardRow>;
  reports: Map<string, EpochReport[]>;
  verdicts: Map<string, Verdict[]>;
}

/**
 * Watches a sweep from its first change on, over any number of connections, and keeps every
 * sequence number as it came. Written apart from the product's own followers.
 */
export class LiveWatcher {
  readonly socket: LiveSocket;
  readonly picture: Picture = {
    sweep: undefined,
    rows: new Map(),
    reports: new Map(),
    verdicts: new Map(),
  };
  /** Sequence numbers as they were applied. */
  readonly applied: number[] = [];
  /** What must not happen: holes, repetitions beyond the seam, resets. */
  readonly complaints: string[] = [];
  connections = 0;
  /** Deltas that came by catching up after a lost connection. */
  caughtUp = 0;
  readonly #sweepId: string;
  /** Deltas that arrive while the answer to a watch is under way; undefined when none is. */
  #held: SweepDelta[] | undefined;
  /** Of this connection: newest number of the answer, and numbers that the room has sent. */
  #seam = 0;
  #fromRoom = new Set<number>();

  constructor(stack: TestStack, sweepId: string) {
    this.#sweepId = sweepId;
    this.socket = openLive(stack);
    this.socket.on('connect', () => void this.#watch());
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.socket.connect();
    });
    this.socket.on('sweep.delta', (delta) => {
      if (this.#held === undefined) this.#fromTheRoom(delta);
      else this.#held.push(delta);
    });
  }

  get last(): number {
    return this.applied.at(-1) ?? 0;
  }

  /** Loses the connection as a network does: without a goodbye; the client connects again. */
  drop(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.close();
  }

  async #watch(): Promise<void> {
    this.#held = [];
    this.#fromRoom = new Set();
    const since = this.last;
    const first = this.connections === 0;
    let answer: WatchAnswer;
    try {
      const message = { sweepId: this.#sweepId, since };
      const ack = (await this.socket
        .timeout(20_000)
        .emitWithAck('sweep.watch', message)) as Ack<WatchAnswer>;
      answer = unwrapAck(ack);
    } catch {
      // The connection went again before the answer came; the next one asks anew.
      return;
    }
    this.connections++;
    const held = this.#held ?? [];
    this.#held = undefined;
    if (answer.kind === 'reset') {
      this.complaints.push(`a reset after ${since}`);
      return;
    }
    answer.deltas.forEach((delta, index) => {
      if (delta.sequence !== since + 1 + index) {
        this.complaints.push(`${delta.sequence} in place ${index} after ${since}`);
      }
      if (!first) this.caughtUp++;
      this.#apply(delta);
    });
    if (answer.sequence !== this.last) {
      this.complaints.push(`the answer says ${answer.sequence} and holds ${this.last}`);
    }
    this.#seam = answer.sequence;
    for (const delta of held) this.#fromTheRoom(delta);
  }

  #fromTheRoom(delta: SweepDelta): void {
    const { sequence } = delta;
    if (this.#fromRoom.has(sequence)) this.complaints.push(`${sequence} twice from the room`);
    this.#fromRoom.add(sequence);
    if (sequence <= this.last) {
      // A change may come with the answer and from the room as well, but none of before.
      if (sequence > this.#seam) this.complaints.push(`${sequence} again after ${this.last}`);
      return;
    }
    if (sequence !== this.last + 1) this.complaints.push(`${sequence} after ${this.last}`);
    this.#apply(delta);
  }

  #apply(raw: SweepDelta): void {
    const delta = sweepDeltaSchema.parse(raw);
    this.applied.push(delta.sequence);
    const { rows, reports, verdicts } = this.picture;
    for (const change of delta.changes) {
      switch (change.kind) {
        case 'sweep':
          this.picture.sweep = change.sweep;
          break;
        case 'trial':
          rows.set(change.row.id, change.row);
          break;
        case 'epochs':
          reports.set(change.trialId, [...(reports.get(change.trialId) ?? []), ...change.reports]);
          break;
        case 'verdict':
          verdicts.set(change.trialId, [...(verdicts.get(change.trialId) ?? []), change.verdict]);
          break;
      }
    }
  }
}
