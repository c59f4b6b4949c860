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
});
