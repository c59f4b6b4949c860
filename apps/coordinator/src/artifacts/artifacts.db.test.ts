import { createHash, randomBytes } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileArtifactStore } from '@starling/datasets';
import { createLogger, systemClock } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCoordinator, type TestCoordinator } from '../testing/start-test-coordinator.ts';
import { collectUnusedArtifacts } from './collect-unused-artifacts.ts';

let coordinator: TestCoordinator;
beforeAll(async () => {
  coordinator = await startTestCoordinator();
});
afterAll(() => coordinator.stop());

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function put(sha256: string, bytes: Buffer): Promise<Response> {
  return coordinator.fetch(`/artifacts/${sha256}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
    role: 'worker',
  });
}

const get = (sha256: string, headers: Record<string, string> = {}, method = 'GET') =>
  coordinator.fetch(`/artifacts/${sha256}`, { method, headers, role: 'worker' });

describe('artifacts', () => {
  const bytes = randomBytes(100_000);
  const sha256 = hashOf(bytes);

  it('come back as they were sent, however often', async () => {
    expect((await put(sha256, bytes)).status).toBe(201);
    expect((await put(sha256, bytes)).status).toBe(200);
    const response = await get(sha256);
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect(response.headers.get('content-length')).toBe('100000');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await coordinator.prisma.artifact.count({ where: { sha256 } })).toBe(1);
  });

  it('are described without their bytes, and not sent to who has them', async () => {
    const head = await get(sha256, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '100000']);
    expect((await get(sha256, { 'if-none-match': `"${sha256}"` })).status).toBe(304);
    expect((await get('0'.repeat(64), {}, 'HEAD')).status).toBe(404);
  });

  it('are sent in part', async () => {
    const part = await get(sha256, { range: 'bytes=99990-' });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      'bytes 99990-99999/100000',
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(99_990))).toBe(true);
    const beyond = await get(sha256, { range: 'bytes=100000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
  });

  it('whose content is not what their name says are refused and not kept', async () => {
    const other = randomBytes(50);
    const response = await put(hashOf(randomBytes(50)), other);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'checksum-mismatch' } });
    expect((await get(hashOf(other), {}, 'HEAD')).status).toBe(404);
    const incoming = join(coordinator.settings.dataFolder, 'artifacts', '.incoming');
    expect(await readdir(incoming)).toEqual([]);
  });

  it.each(['..%2f..%2fetc%2fpasswd', 'ABC', 'a'.repeat(63)])(
    'are not found as %s',
    async (name) => {
      expect((await get(name)).status).toBe(400);
    },
  );

  it('that nothing refers to go after a day, others stay', async () => {
    const young = randomBytes(64);
    await put(hashOf(young), young);
    // Stored, and its process killed before the row was written.
    const stray = randomBytes(64);
    const youngStray = randomBytes(64);
    const longAgo = new Date(systemClock.nowMs() - 2 * 24 * 3_600_000);
    await coordinator.prisma.artifact.updateMany({
      where: { sha256 },
      data: { createdAt: longAgo },
    });
    const store = createFileArtifactStore(join(coordinator.settings.dataFolder, 'artifacts'));
    await store.put([stray]);
    await utimes(await store.pathOf(hashOf(stray)), longAgo, longAgo);
    await store.put([youngStray]);
    await collectUnusedArtifacts({
      store,
      prisma: coordinator.prisma,
      clock: systemClock,
      logger: createLogger('test', { level: 'silent' }),
    });
    expect(await store.has(sha256)).toBe(false);
    expect(await store.has(hashOf(young))).toBe(true);
    expect(await store.has(hashOf(stray))).toBe(false);
    expect(await store.has(hashOf(youngStray))).toBe(true);
    // Sent again, it is as young as any other.
    expect((await put(sha256, bytes)).status).toBe(201);
    expect((await get(sha256, {}, 'HEAD')).status).toBe(200);
  });
});
