import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFileAtomic } from './write-file-atomic.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('replaces a file as a whole, with the mode asked for', async () => {
  const path = join(folder, 'secret');
  await writeFileAtomic(path, 'old', { mode: 0o600 });
  await writeFileAtomic(path, new Uint8Array([110, 101, 119]), { mode: 0o600 });
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('leaves one whole version of many written at once', async () => {
  const path = join(folder, 'state');
  const versions = Array.from({ length: 10 }, (_, index) => String(index).repeat(100_000));
  await Promise.all(versions.map((version) => writeFileAtomic(path, version)));
  expect(versions).toContain(await readFile(path, 'utf8'));
  expect(await readdir(folder)).toEqual(['state']);
});

it('leaves nothing behind when it cannot', async () => {
  const path = join(folder, 'taken');
  await mkdir(join(path, 'full'), { recursive: true });
  await expect(writeFileAtomic(path, 'x')).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
});
