import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@starling/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeOld } from './remove-old.ts';

const nowMs = 1_800_000_000_000;
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => 0 };
const hourMs = 3_600_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-old-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function age(path: string, ageMs: number): Promise<void> {
  const at = new Date(nowMs - ageMs);
  await utimes(join(folder, path), at, at);
}

it('removes what nobody has written to for long, folders with all that is in them', async () => {
  for (const name of ['left', 'used']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'rows'), 'half');
  }
  await writeFile(join(folder, 'old'), 'half');
  await writeFile(join(folder, 'young'), 'half');
  await age('old', 2 * hourMs);
  await age('young', hourMs / 2);
  await age('left/rows', 2 * hourMs);
  await age('left', 3 * hourMs);
  await age('used/rows', hourMs / 2);
  await age('used', 3 * hourMs);
  expect(await removeOld(folder, { clock, ageMs: hourMs })).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['used', 'young']);
});

it('finds nothing in a folder that is not there', async () => {
  expect(await removeOld(join(folder, 'none'), { clock, ageMs: hourMs })).toBe(0);
});
