import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';

describe.each([
  { title: 'where no proxy is trusted', trustedProxies: [], isBlocked: true },
  { title: 'where others are', trustedProxies: ['10.0.0.0/8'], isBlocked: true },
  { title: 'where the caller is', trustedProxies: ['loopback'], isBlocked: false },
])('a caller that says where it comes from, $title', ({ trustedProxies, isBlocked }) => {
  let coordinator: TestCoordinator;
  beforeAll(async () => {
    coordinator = await startTestCoordinator({ trustedProxies });
  });
  afterAll(() => coordinator.stop());

  it(
    isBlocked ? 'is limited by its own address' : 'is limited by the address it names',
    async () => {
      const statuses: number[] = [];
      for (let attempt = 1; attempt <= 12; attempt++) {
        const answer = await coordinator.fetch('/login', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-forwarded-for': `203.0.113.${attempt}`,
          },
          body: JSON.stringify({ token: `wrong ${attempt}` }),
        });
        statuses.push(answer.status);
      }
      expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
      expect(statuses.slice(10)).toEqual(isBlocked ? [429, 429] : [401, 401]);
    },
  );

  it('is not taken for a program of this machine', async () => {
    const headers = { 'x-forwarded-for': '127.0.0.1' };
    expect((await coordinator.fetch('/metrics', { headers })).status).toBe(401);
    expect((await coordinator.fetch('/metrics')).status).toBe(200);
  });
});
