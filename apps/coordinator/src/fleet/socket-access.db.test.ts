import type { Role } from '@starling/domain';
import { liveRequests, namespaces, workerEvents } from '@starling/protocol';
import { createToken, hashToken, newId, sleep } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';
import { eventually } from './testing/eventually.ts';
import { openSocket } from './testing/open-socket.ts';

const events = [
  ...Object.keys(workerEvents).map((event) => [namespaces.workers, 'worker', event] as const),
  ...Object.keys(liveRequests).map((event) => [namespaces.live, 'viewer', event] as const),
];

/** A little longer than the resolver remembers a caller. */
const forgottenMs = 2200;

describe('every socket event on a connection that is open already', () => {
  let coordinator: TestCoordinator;
  beforeAll(async () => {
    coordinator = await startTestCoordinator();
  });
  afterAll(() => coordinator.stop());

  /** One socket an event, each with a token of its own. */
  async function openAll() {
    return Promise.all(
      events.map(async ([namespace, role, event]) => {
        const token = createToken();
        const hash = hashToken(token);
        await coordinator.prisma.token.create({
          data: { id: newId('token'), name: event, role, hash, createdAt: new Date() },
        });
        return { event, ...(await openSocket(coordinator.url, namespace, { token })) };
      }),
    );
  }

  async function refusals(change: { revokedAt: Date } | { role: Role }) {
    const open = await openAll();
    // As another coordinator would: in the database, past this one's memory.
    const names = events.map(([, , event]) => event);
    await coordinator.prisma.token.updateMany({ where: { name: { in: names } }, data: change });
    await sleep(forgottenMs);
    return Promise.all(
      open.map(async ({ event, say, socket }) => {
        const refused = say(event, {}).then(
          () => 'taken',
          (error: { code: string }) => error.code,
        );
        const code = await refused;
        await eventually(() => socket.connected).toBe(false);
        return [event, code];
      }),
    );
  }

  it('is refused once its token is revoked, and the connection ends', async () => {
    const expected = events.map(([, , event]) => [event, 'unauthenticated']);
    expect(await refusals({ revokedAt: new Date() })).toEqual(expected);
  });

  it('is refused once its role is another, and the connection ends', async () => {
    const expected = events.map(([, , event]) => [event, 'forbidden']);
    expect(await refusals({ role: 'client' })).toEqual(expected);
  });
});
