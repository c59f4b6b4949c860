import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';

let coordinator: TestCoordinator;
beforeAll(async () => {
  coordinator = await startTestCoordinator();
});
afterAll(() => coordinator.stop());

describe('health', () => {
  it('lives', async () => {
    const response = await coordinator.fetch('/health/live');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ live: true });
  });

  it('is ready once the built-in data sets are there, and says what it waits for', async () => {
    await expect
      .poll(async () => (await coordinator.fetch('/health/ready')).status, { timeout: 30_000 })
      .toBe(200);
    const names = await coordinator.client('viewer').datasets.list.query();
    expect(names.map((dataset) => dataset.name).sort()).toEqual(['digits', 'eeg-synthetic']);
  });

  it('shows metrics to this machine and to whoever may read, not to a proxied stranger', async () => {
    const local = await coordinator.fetch('/metrics');
    expect(local.status).toBe(200);
    expect(await local.text()).toContain('starling_http_request_seconds_bucket');
    const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect((await coordinator.fetch('/metrics', proxied)).status).toBe(401);
    expect((await coordinator.fetch('/metrics', { ...proxied, role: 'client' })).status).toBe(403);
    expect((await coordinator.fetch('/metrics', { ...proxied, role: 'viewer' })).status).toBe(200);
  });

  it.each([
    ['127.0.0.1:7878', 200],
    ['localhost', 200],
    ['[::1]:7878', 200],
    ['rebound.example.org:7878', 401],
    ['localhost.example.org', 401],
    ['127.0.0.1.example.org', 401],
  ])('shows metrics without a token under the name %j: %i', async (host, status) => {
    // By a name of one's own a page reaches this machine as if it were a program on it.
    const answer = await coordinator.app.inject({ url: '/metrics', headers: { host } });
    expect(answer.statusCode).toBe(status);
  });
});
