import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePrivateFolder, writePrivately } from './credentials.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-private-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

// Windows has no such modes.
describe.skipIf(process.platform === 'win32')('what is kept from other users', () => {
  it('is a folder that is new, and one that was open before', async () => {
    await makePrivateFolder(join(folder, 'new', 'data'));
    expect(await modeOf(join(folder, 'new', 'data'))).toBe(0o700);
    await mkdir(join(folder, 'old'));
    await chmod(join(folder, 'old'), 0o755);
    await makePrivateFolder(join(folder, 'old'));
    expect(await modeOf(join(folder, 'old'))).toBe(0o700);
  });

  it('is a file of secrets', async () => {
    const file = join(folder, 'below', 'secrets.json');
    await writePrivately(file, '{}');
    expect(await modeOf(file)).toBe(0o600);
  });
});
