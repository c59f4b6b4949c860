import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '@starling/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStagedUploads, stagedForMs } from './staged-uploads.ts';

const clock: Clock = { nowMs: () => 1_800_000_000_000, monotonicMs: () => 0 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-uploads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('staged uploads', () => {
  it('stores a stream and finds it again, with its name', async () => {
    const uploads = createStagedUploads({ folder, clock });
    const staged = await uploads.stage(
      Readable.from([Buffer.from('a,b\n'), Buffer.from('1,2\n')]),
      'T.csv',
    );
    expect(staged.bytes).toBe(8);
    expect(await uploads.find(staged.uploadId)).toEqual(staged);
    await uploads.remove(staged.uploadId);
    await expect(uploads.find(staged.uploadId)).rejects.toMatchObject({ code: 'not-found' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing of a stream that is too large', async () => {
    const uploads = createStagedUploads({ folder, clock, limit: 10 });
    const stream = Readable.from([Buffer.alloc(8), Buffer.alloc(8)]);
    await expect(uploads.stage(stream, 'big.csv')).rejects.toMatchObject({ code: 'too-large' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing of a stream that breaks off', async () => {
    const uploads = createStagedUploads({ folder, clock });
    const stream = Readable.from(
      (async function* () {
        yield Buffer.from('half of it');
        throw new Error('the line went dead');
      })(),
    );
    await expect(uploads.stage(stream, 'x.csv')).rejects.toThrow('the line went dead');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses an announced size before a byte is read', () => {
    const uploads = createStagedUploads({ folder, clock });
    expect(() => uploads.checkAnnounced(2 * 1024 ** 3)).toThrow(/at most 1073741824 bytes/);
    expect(() => uploads.checkAnnounced(1024 ** 3)).not.toThrow();
  });

  it.each(['../../etc/passwd', 'upl_zz', ''])('finds no upload named %s', async (uploadId) => {
    const uploads = createStagedUploads({ folder, clock });
    await expect(uploads.find(uploadId)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('sweeps what is older than a day, leftovers included', async () => {
    const uploads = createStagedUploads({ folder, clock });
    const old = await uploads.stage(Readable.from([Buffer.from('old')]), 'old.csv');
    const fresh = await uploads.stage(Readable.from([Buffer.from('new')]), 'new.csv');
    const seconds = (ageMs: number) => (clock.nowMs() - ageMs) / 1000;
    for (const name of await readdir(folder)) {
      const age = name.startsWith(old.uploadId) ? stagedForMs + 1000 : 1000;
      await utimes(join(folder, name), seconds(age), seconds(age));
    }
    expect(await uploads.sweep()).toBe(2);
    await expect(uploads.find(old.uploadId)).rejects.toMatchObject({ code: 'not-found' });
    expect(await uploads.find(fresh.uploadId)).toMatchObject({ name: 'new.csv' });
  });
});
