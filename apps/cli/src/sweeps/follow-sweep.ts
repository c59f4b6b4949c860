import { AppError, isSweepOver } from '@starling/domain';
import {
  type Ack,
  type LiveToClient,
  type LiveToServer,
  namespaces,
  type SweepDelta,
  unwrapAck,
  type WatchAnswer,
} from '@starling/protocol';
import { every } from '@starling/runtime';
import { io, type Socket } from 'socket.io-client';
import type { Connection } from '../connection/connect.ts';
import { applyDelta, startState, type WatchState } from './watch-state.ts';

export type LiveSocket = Socket<LiveToClient, LiveToServer>;

/** A socket of the live pages; it connects again by itself for as long as it is open. */
export function openLiveSocket(connection: Connection): LiveSocket {
  return io(`${connection.url}${namespaces.live}`, {
    auth: { token: connection.token },
    transports: ['websocket'],
    reconnectionDelayMax: 3_000,
  });
}

export interface SweepFollower {
  /** Called with each new state, the first included. */
  onState: (state: WatchState) => void;
  /** Called when the connection goes away and when it is back. */
  onConnection?: (isConnected: boolean) => void;
}

async function load(
  connection: Connection,
  sweepId: string,
  sequence: number,
): Promise<WatchState> {
  const { api, call } = connection;
  const [sweep, board] = await Promise.all([
    call(api.sweeps.get.query({ id: sweepId })),
    call(api.sweeps.leaderboard.query({ sweepId, limit: 100_000 })),
  ]);
  return startState(sweep, board.rows, sequence);
}

/**
 * Follows a sweep over the live socket until it is over; resolves to its last state. A lost
 * connection is taken up where it broke: missed changes are asked for by sequence number.
 * Rejects where the sweep cannot be watched at all.
 */
export async function followSweep(
  connection: Connection,
  sweepId: string,
  follower: SweepFollower,
  signal: AbortSignal,
): Promise<WatchState> {
  const socket = openLiveSocket(connection);
  const { promise, resolve, reject } = Promise.withResolvers<WatchState>();
  let state: WatchState | undefined;
  /** Work on the state, one piece after the other. */
  let queue: Promise<void> = Promise.resolve();

  function inTurn(work: () => Promise<void> | void): void {
    queue = queue.then(work).catch((error: unknown) => {
      // A peer that is away for a moment is no reason to give up: the next connection tries again.
      if (error instanceof AppError && !error.retryable) reject(error);
    });
  }

  function show(next: WatchState): void {
    state = next;
    follower.onState(next);
    if (isSweepOver(next.sweep.status)) resolve(next);
  }

  async function take(delta: SweepDelta): Promise<void> {
    if (state === undefined) return;
    const result = applyDelta(state, delta);
    if (result.kind === 'applied') show(result.state);
    if (result.kind === 'gap') await catchUp();
  }

  async function catchUp(): Promise<void> {
    const ack = (await socket
      .timeout(15_000)
      .emitWithAck('sweep.watch', { sweepId, since: state?.sequence ?? null })
      .catch((cause: unknown) => {
        throw new AppError('timed-out', 'the coordinator did not answer', { cause });
      })) as Ack<WatchAnswer>;
    const answer = unwrapAck(ack);
    if (answer.kind === 'reset' || state === undefined) {
      show(await load(connection, sweepId, answer.sequence));
      return;
    }
    for (const delta of answer.deltas) {
      const result = applyDelta(state, delta);
      if (result.kind === 'applied') show(result.state);
    }
  }

  socket.on('connect', () => {
    follower.onConnection?.(true);
    inTurn(catchUp);
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return;
    follower.onConnection?.(false);
    // Put out by the server, which Socket.IO takes as final: a coordinator that restarts does so.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', (error) => {
    // Refused by the namespace, as against a server that is away.
    if (!socket.active) reject(new AppError('unauthenticated', `live updates: ${error.message}`));
  });
  socket.on('sweep.delta', (delta) => {
    if (delta.sweepId === sweepId) inTurn(() => take(delta));
  });
  // A quiet sweep and a lost change look alike: ask now and then.
  const asking = every(10_000, () => (socket.connected ? inTurn(catchUp) : undefined), {
    onError: () => {},
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  try {
    return await promise;
  } finally {
    void asking.stop();
    socket.close();
  }
}
