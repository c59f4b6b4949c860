import { createHash } from 'node:crypto';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScratchDirectory } from '../testing/scratch-directory.ts';
import { createFileArtifactStore } from './file-artifact-store.ts';

const hello = Buffer.from('hello, starling');
const helloSha256 = createHash('sha256').update(hello).digest('hex');

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the artifact store', () => {
  test('gives back what was put, by its hash', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 })), async (chunks) => {
        const whole = Buffer.concat(chunks);
        const { sha256, bytes } = await store.put(chunks);
        expect(sha256).toBe(createHash('sha256').update(whole).digest('hex'));
        expect(bytes).toBe(whole.length);
        expect(await collect((await store.open(sha256)).stream)).toEqual(whole);
        expect(await store.verify(sha256)).toBe('intact');
      }),
      { numRuns: 30 },
    );
    expect(await scratch.list('.incoming')).toEqual([]);
  });

  test('lays files out by the start of their hash, each content once', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    await Promise.all(Array.from({ length: 8 }, () => store.put([hello])));
    const folder = join(helloSha256.slice(0, 2), helloSha256.slice(2, 4));
    expect(await scratch.list(folder)).toEqual([helloSha256]);
    expect(await store.pathOf(helloSha256)).toBe(join(scratch.path, folder, helloSha256));
    expect(await store.stat(helloSha256)).toEqual({ sha256: helloSha256, bytes: hello.length });
  });

  test('opens a range', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    await store.put([hello]);
    const { stream, bytes } = await store.open(helloSha256, { start: 7, end: 9 });
    expect(bytes).toBe(3);
    expect((await collect(stream)).toString()).toBe('sta');
    await expect(store.open(helloSha256, { start: 99 })).rejects.toThrow('are not within 15');
  });

  test('adopts a file by moving it', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(join(scratch.path, 'store'));
    const path = await scratch.write('file', hello);
    expect(await store.adopt(path, helloSha256)).toEqual({ sha256: helloSha256, bytes: 15 });
    expect(await scratch.list()).toEqual(['store']);
  });

  test('refuses what is too large, what has another hash, what breaks off; keeps nothing', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    const other = 'a'.repeat(64);
    let asked = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        asked++;
        yield hello;
      }
    }
    await expect(store.put(endless(), { limitBytes: 100 })).rejects.toMatchObject({
      code: 'too-large',
      retryable: false,
    });
    expect(asked).toBe(7);
    await expect(store.put([hello], { expectedSha256: other })).rejects.toMatchObject({
      code: 'checksum-mismatch',
    });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield hello;
      throw new Error('the peer went away');
    }
    await expect(store.put(broken())).rejects.toThrow('the peer went away');
    expect(await scratch.list('.incoming')).toEqual([]);
    expect(await scratch.list()).toEqual(['.incoming']);
    expect(await store.has(helloSha256)).toBe(false);
  });

  test('knows missing and damaged content, and removes', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    expect(await store.verify(helloSha256)).toBe('missing');
    await expect(store.open(helloSha256)).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.remove(helloSha256)).toBe(false);
    await store.put([hello]);
    const path = await store.pathOf(helloSha256);
    await writeFile(path, 'hello, starlinG');
    expect(await store.verify(helloSha256)).toBe('damaged');
    await store.put([hello]);
    expect((await readFile(path)).toString()).toBe(hello.toString());
    expect(await store.remove(helloSha256)).toBe(true);
    expect(await store.has(helloSha256)).toBe(false);
  });

  test.each(['../../etc/passwd', 'A'.repeat(64), '', `${'a'.repeat(63)}/`])(
    'takes no name but a hash: %j',
    async (name) => {
      const store = createFileArtifactStore('unused');
      await expect(store.open(name)).rejects.toMatchObject({ code: 'invalid-input' });
      await expect(store.remove(name)).rejects.toMatchObject({ code: 'invalid-input' });
    },
  );

  test('lists what was stored long ago, and nothing else', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    const listed = async (beforeMs: number) => {
      const entries = [];
      for await (const entry of store.listStoredBefore(beforeMs)) entries.push(entry);
      return entries;
    };
    expect(await listed(1e15)).toEqual([]);
    await store.put([hello]);
    await store.put([Buffer.from('younger')]);
    await scratch.write('.incoming/half', 'half');
    await scratch.write(join(helloSha256.slice(0, 2), 'notes'), 'not ours');
    await utimes(await store.pathOf(helloSha256), 1000, 1000);
    const entry = { sha256: helloSha256, bytes: hello.length, storedAtMs: 1_000_000 };
    expect(await listed(2_000_000)).toEqual([entry]);
    expect(await listed(1e15)).toHaveLength(2);
  });

  test('clears away what a killed process left, and nothing newer', async () => {
    await using scratch = await createScratchDirectory();
    const store = createFileArtifactStore(scratch.path);
    expect(await store.removeAbandoned(1e15)).toBe(0);
    await store.put([hello]);
    const old = await scratch.write('.incoming/old', 'half');
    await utimes(old, 1000, 1000);
    await scratch.write('.incoming/new', 'half');
    expect(await store.removeAbandoned(2_000_000)).toBe(1);
    expect(await scratch.list('.incoming')).toEqual(['new']);
  });
});
