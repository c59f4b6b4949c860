import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sleep } from '@starling/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireStackLock, findRunningStack, requestStop, waitForStack } from './stack-lock.ts';
import { type StackPaths, stackPaths } from './stack-paths.ts';

let paths: StackPaths;

beforeEach(async () => {
  paths = stackPaths(join(await mkdtemp(join(tmpdir(), 'starling-lock-')), 'stack'));
});

afterEach(() => rm(dirname(paths.folder), { recursive: true, force: true }));

it('tells others who runs, and lets one in after the other', async () => {
  const first = await acquireStackLock(paths, () => {});
  expect(await acquireStackLock(paths, () => {})).toBeUndefined();
  expect(await findRunningStack(paths)).toEqual({ isReady: false, url: null });
  const waiting = waitForStack(paths);
  first?.announce('http://127.0.0.1:7878');
  expect(await waiting).toBe('http://127.0.0.1:7878');
  await first?.release();
  expect(await findRunningStack(paths)).toBeUndefined();
  const next = await acquireStackLock(paths, () => {});
  expect(next).toBeDefined();
  await next?.release();
});

it('takes the lock of a process over that was killed', async () => {
  const first = await acquireStackLock(paths, () => {});
  await first?.release();
  // No process has this number: it is above what systems give out.
  await writeFile(paths.lock, '2147483646');
  await writeFile(paths.state, '{"pid":2147483646,"controlPort":1,"instance":"0123456789abcdef"}');
  const second = await acquireStackLock(paths, () => {});
  expect(second).toBeDefined();
  expect(await readFile(paths.lock, 'utf8')).toBe(String(process.pid));
  await second?.release();
});

it('takes no lock over that is only just being written', async () => {
  const first = await acquireStackLock(paths, () => {});
  await first?.release();
  await writeFile(paths.lock, '');
  const second = acquireStackLock(paths, () => {});
  await sleep(300);
  expect(await readFile(paths.lock, 'utf8'), 'still the other one’s').toBe('');
  // Its writer died in between: after some seconds it is taken over.
  const lock = await second;
  expect(lock).toBeDefined();
  await lock?.release();
});

it.each([
  ['a new folder', undefined],
  ['a folder whose last supervisor was killed', '2147483646'],
])('lets one of many in that want %s at once', async (_what, holder) => {
  for (let round = 0; round < 2; round++) {
    const folder = join(dirname(paths.folder), `round-${round}`);
    await mkdir(folder);
    if (holder !== undefined) await writeFile(stackPaths(folder).lock, holder);
    const script = join(import.meta.dirname, '../testing/contend-for-lock.ts');
    const children = Array.from({ length: 5 }, () =>
      fork(script, [folder], { execArgv: ['--conditions=starling-source'] }),
    );
    try {
      await Promise.all(children.map((child) => once(child, 'message')));
      const answers = await Promise.all(
        children.map(async (child) => {
          child.send('go');
          return ((await once(child, 'message')) as [string])[0];
        }),
      );
      expect(answers.toSorted()).toEqual(['another', 'another', 'another', 'another', 'mine']);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  }
});

it('keeps its key from other users, and stops for whoever has it', async () => {
  let stops = 0;
  const lock = await acquireStackLock(paths, () => {
    stops++;
  });
  expect((await stat(paths.state)).mode & 0o777).toBe(0o600);
  const { controlPort } = JSON.parse(await readFile(paths.state, 'utf8')) as {
    controlPort: number;
  };
  const guess = await fetch(`http://127.0.0.1:${controlPort}/0123456789abcdef`, { method: 'POST' });
  expect(guess.status).toBe(404);
  expect(stops).toBe(0);
  expect(await requestStop(paths)).toBe(true);
  expect(stops).toBe(1);
  await lock?.release();
  expect(await requestStop(paths)).toBe(false);
});
