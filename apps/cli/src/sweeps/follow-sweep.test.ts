import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { namespaces, type SweepDelta } from '@starling/protocol';
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../connection/connect.ts';
import { summary, trialRow } from '../testing/sample-sweep.ts';
import { followSweep } from './follow-sweep.ts';
import type { WatchState } from './watch-state.ts';

const sweepId = summary().id;
const deltas = [
  { kind: 'trial', row: trialRow(1, 'running') },
  { kind: 'trial', row: trialRow(1, 'completed') },
  { kind: 'trial', row: trialRow(2, 'completed') },
  { kind: 'sweep', sweep: summary({ status: 'completed' }) },
].map((change, index) => ({
  sweepId,
  sequence: index + 1,
  changes: [change],
})) as unknown as SweepDelta[];

let http: HttpServer;
let io: Server;
let connection: Connection;
/** Deltas that the server keeps, and what it was asked. */
let stored: SweepDelta[];
let asked: (number | null)[];

function listen(port = 0): Promise<void> {
  http = createServer();
  io = new Server(http);
  io.of(namespaces.live).use((socket, next) => {
    next(
      socket.handshake.auth['token'] === 'right' ? undefined : new Error('the token is not known'),
    );
  });
  io.of(namespaces.live).on('connection', (socket) => {
    socket.on('sweep.watch', (message: { since: number | null }, answer) => {
      asked.push(message.since);
      const { since } = message;
      const sequence = stored.length;
      const value =
        since === null
          ? { kind: 'reset', sequence }
          : { kind: 'deltas', sequence, deltas: stored.filter((delta) => delta.sequence > since) };
      answer({ ok: true, value });
    });
  });
  return new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
}

const portOf = () => (http.address() as AddressInfo).port;
const stop = () => new Promise<void>((resolve) => void io.close(() => resolve()));
const send = (delta: SweepDelta | undefined) => io.of(namespaces.live).emit('sweep.delta', delta);

beforeEach(async () => {
  stored = [];
  asked = [];
  await listen();
  connection = {
    ...{ url: `http://127.0.0.1:${portOf()}`, token: 'right' },
    call: (promise) => promise,
    api: {
      sweeps: {
        get: { query: async () => summary() },
        leaderboard: { query: async () => ({ rows: [], total: 0, sequence: 0 }) },
      },
    } as never,
  };
});
afterEach(stop);

function follow() {
  const states: WatchState[] = [];
  const links: boolean[] = [];
  const controller = new AbortController();
  const end = followSweep(
    connection,
    sweepId,
    { onState: (state) => states.push(state), onConnection: (is) => links.push(is) },
    controller.signal,
  );
  const until = async (check: () => boolean) => {
    for (let tries = 0; !check() && tries < 400; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(check()).toBe(true);
  };
  return { states, links, controller, end, until };
}

it('follows deltas to the end of the sweep', async () => {
  const { states, end, until } = follow();
  await until(() => states.length === 1);
  stored = deltas;
  for (const delta of deltas) send(delta);
  const last = await end;
  expect(last.sweep.status).toBe('completed');
  expect(last.sequence).toBe(4);
  expect(asked).toEqual([null]);
});

it('asks for what is missing when numbers are left out', async () => {
  const { states, end, until } = follow();
  await until(() => states.length === 1);
  stored = deltas;
  send(deltas[0]);
  send(deltas[2]);
  const last = await end;
  expect([...last.trials.keys()]).toEqual(['trl_1', 'trl_2']);
  expect(asked).toEqual([null, 1]);
});

it('catches up after the coordinator was away, without a gap or a repeat', async () => {
  const { states, links, end, until } = follow();
  await until(() => states.length === 1);
  stored = deltas.slice(0, 2);
  send(deltas[0]);
  await until(() => states.length === 2);
  const port = portOf();
  await stop();
  await until(() => links.at(-1) === false);
  stored = deltas;
  await listen(port);
  const last = await end;
  expect(asked).toEqual([null, 1]);
  expect(states.map((state) => state.sequence)).toEqual([0, 1, 2, 3, 4]);
  expect(last.trials.size).toBe(2);
  expect(links).toEqual([true, false, true]);
});

it('gives up where the token is refused, in the coordinator’s words', async () => {
  connection.token = 'wrong';
  await expect(follow().end).rejects.toThrow('live updates: the token is not known');
});

it('ends when it is told to', async () => {
  const { controller, end, until, states } = follow();
  await until(() => states.length === 1);
  controller.abort(new Error('enough'));
  await expect(end).rejects.toThrow('enough');
});
