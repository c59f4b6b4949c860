import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, systemClock } from '@starling/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCoordinator } from '../testing/start-worker.ts';
import { createArtifactClient, sha256Of } from './artifact-client.ts';
import { createDatasetCache } from './dataset-cache.ts';

const log = createLogger('worker', { level: 'silent' });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function startStore(token?: string) {
  const coordinator = await startCoordinator();
  const ending = new AbortController();
  const client = createArtifactClient({
    url: coordinator.url,
    token: token ?? coordinator.token,
    log,
    signal: ending.signal,
    backoff: { initialMs: 1, maximumMs: 5 },
  });
  const folder = await mkdtemp(join(tmpdir(), 'starling-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { coordinator, client, folder, ending };
}

describe('the artifact client', () => {
  it('stores bytes under their hash and reads them back', async () => {
    const { client, coordinator } = await startStore();
    const sha256 = await client.upload(bytesOf('weights'));
    expect(sha256).toBe(sha256Of(bytesOf('weights')));
    expect(coordinator.artifacts.get(sha256)).toEqual(bytesOf('weights'));
    expect(await client.read(sha256)).toEqual(bytesOf('weights'));
  });

  it('tries again what may pass', async () => {
    const { client, coordinator } = await startStore();
    const statuses = [503, 500, 429];
    coordinator.artifactStatus = () => statuses.shift() ?? null;
    const sha256 = await client.upload(bytesOf('weights'));
    expect(statuses).toEqual([]);
    await coordinator.goAway();
    const reading = client.read(sha256);
    await coordinator.comeBack();
    expect(await reading).toEqual(bytesOf('weights'));
  });

  it('throws what will not pass', async () => {
    const { client } = await startStore();
    await expect(client.read('a'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
    const other = await startStore('stl_wrong');
    await expect(other.client.upload(bytesOf('x'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('gives up on damage that comes back, and leaves no file', async () => {
    const { client, coordinator, folder } = await startStore();
    const sha256 = sha256Of(bytesOf('right'));
    coordinator.artifacts.set(sha256, bytesOf('wrong'));
    await expect(client.read(sha256)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    await expect(client.download(sha256, join(folder, sha256))).rejects.toMatchObject({
      code: 'checksum-mismatch',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends with its signal while the coordinator is away', async () => {
    const { client, coordinator, ending } = await startStore();
    await coordinator.goAway();
    const reading = client.read('a'.repeat(64));
    ending.abort(new Error('the worker ends'));
    await expect(reading).rejects.toThrow();
  });
});

describe('the cache of data sets', () => {
  async function startCache(limitBytes = 1000) {
    const store = await startStore();
    let downloads = 0;
    const put = (text: string): string => {
      const sha256 = sha256Of(bytesOf(text));
      store.coordinator.artifacts.set(sha256, bytesOf(text));
      return sha256;
    };
    const create = () =>
      createDatasetCache({
        artifacts: {
          download: (sha256, path) => {
            downloads++;
            return store.client.download(sha256, path);
          },
        },
        folder: store.folder,
        limitBytes,
        clock: systemClock,
        log,
      });
    return { ...store, put, create, downloads: () => downloads };
  }

  it('shares one memory between slots and one file between processes', async () => {
    const { put, create, downloads } = await startCache();
    const sha256 = put('rows');
    const cache = create();
    const [one, other] = await Promise.all([cache.acquire(sha256), cache.acquire(sha256)]);
    expect(one).toBe(other);
    expect(one).toBeInstanceOf(SharedArrayBuffer);
    expect(new Uint8Array(one).slice()).toEqual(bytesOf('rows'));
    await create().acquire(sha256);
    expect(downloads()).toBe(1);
  });

  it('fetches a damaged file anew', async () => {
    const { put, create, folder, downloads } = await startCache();
    const sha256 = put('rows');
    await writeFile(join(folder, sha256), 'rot');
    expect(new Uint8Array(await create().acquire(sha256)).slice()).toEqual(bytesOf('rows'));
    expect(downloads()).toBe(1);
  });

  it('removes what was used longest ago beyond its limit, never what is in use', async () => {
    const { put, create, folder } = await startCache(10);
    const cache = create();
    const [first, second, third] = ['aaaaaa', 'bbbbbb', 'cccccc'].map(put) as [
      string,
      string,
      string,
    ];
    await cache.acquire(first);
    await cache.acquire(second);
    cache.release(second);
    expect((await readdir(folder)).sort()).toEqual([first, second].sort());
    await cache.acquire(third);
    cache.release(third);
    expect(await readdir(folder)).toContain(first);
  });

  it('asks again after a failure', async () => {
    const { put, create, coordinator } = await startCache();
    const cache = create();
    const sha256 = sha256Of(bytesOf('late'));
    await expect(cache.acquire(sha256)).rejects.toMatchObject({ code: 'not-found' });
    put('late');
    expect(coordinator.artifacts.has(sha256)).toBe(true);
    expect((await cache.acquire(sha256)).byteLength).toBe(4);
  });
});
