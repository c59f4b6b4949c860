import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '@starling/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type ProcessEvent,
  type ProcessPlan,
  type SupervisedProcess,
  superviseProcess,
} from './supervised-process.ts';

let folder: string;
let events: ProcessEvent[];
let supervised: SupervisedProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-supervised-'));
  events = [];
});

afterEach(async () => {
  await supervised?.stop({ force: true });
  supervised = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function script(text: string, name = 'child.mjs'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

function supervise(file: string, change: Partial<ProcessPlan> = {}): SupervisedProcess {
  supervised = superviseProcess(
    {
      ...{ name: 'child', file, cwd: folder, logFile: join(folder, 'child.log') },
      env: () => ({}),
      ready: { kind: 'message' },
      stopGraceMs: 5_000,
      ...change,
    },
    { clock: systemClock, onEvent: (event) => events.push(event) },
  );
  return supervised;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await check()) return;
    await wait(50);
  }
  throw new Error(`waited in vain for ${what}`);
}

const stayUp = 'process.send({ ready: process.pid }); setInterval(() => {}, 1000);';

it('hands over what the child says when it is ready', async () => {
  const file = await script(stayUp);
  const child = supervise(file);
  expect(await child.start()).toBe(child.pid);
  expect(events).toMatchObject([{ kind: 'ready', name: 'child', isFirst: true }]);
});

it('starts a child again that was killed with -9', async () => {
  const child = supervise(await script(stayUp));
  const first = (await child.start()) as number;
  process.kill(first, 'SIGKILL');
  await eventually('the second start', () => events.length === 3);
  expect(events[1]).toMatchObject({ kind: 'fell', how: 'SIGKILL', delayMs: 250 });
  expect(events[2]).toMatchObject({ kind: 'ready', isFirst: false });
  expect(child.pid).not.toBe(first);
});

it('gives up on a child that never serves, with the end of its log', async () => {
  const file = await script('console.error("the port is taken"); process.exit(3);');
  const started = supervise(file).start();
  await expect(started).rejects.toThrow(/child does not start \(exit 3\)[\s\S]*the port is taken/);
  expect(events.filter(({ kind }) => kind === 'fell')).toHaveLength(3);
});

it('lets a child end that may end, and starts it again when it falls', async () => {
  const child = supervise(await script('process.send({ ready: 1 });'), { mayEnd: true });
  await child.start();
  await eventually('its end', () => events.some(({ kind }) => kind === 'ended'));
  expect(child.pid).toBeUndefined();
});

it('lets a child end in its own way', async () => {
  const file = await script(
    `process.on('SIGTERM', () => { console.log('drained'); process.exit(0); }); ${stayUp}`,
  );
  const child = supervise(file);
  await child.start();
  await child.stop();
  expect(await readFile(join(folder, 'child.log'), 'utf8')).toContain('drained');
  expect(events.map(({ kind }) => kind)).toEqual(['ready']);
});

it('kills a child that does not end in its time', async () => {
  const child = supervise(await script(`process.on('SIGTERM', () => {}); ${stayUp}`), {
    stopGraceMs: 300,
  });
  const pid = (await child.start()) as number;
  const startedAt = systemClock.monotonicMs();
  await child.stop();
  expect(systemClock.monotonicMs() - startedAt).toBeGreaterThan(250);
  expect(isAlive(pid)).toBe(false);
});

it('takes the children of a child with it', async () => {
  const file = await script(
    `import { spawn } from 'node:child_process';
     const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
     process.send({ ready: grandchild.pid }); setInterval(() => {}, 1000);`,
  );
  const child = supervise(file);
  const grandchild = (await child.start()) as number;
  await child.stop();
  await eventually('the grandchild’s end', () => !isAlive(grandchild));
});

it('leaves no orphans when the supervisor itself is killed with -9', async () => {
  const tellPid = (name: string) =>
    `process.getBuiltinModule('node:fs').writeFileSync('${name}', String(process.pid)); setInterval(() => {}, 1000);`;
  const orderly = `process.on('SIGTERM', () => { console.log('in order'); process.exit(0); });`;
  const first = await script(`${orderly} ${tellPid('first.pid')}`, 'first.mjs');
  const second = await script(tellPid('second.pid'), 'second.mjs');
  const supervisor = spawn(
    process.execPath,
    [
      '--conditions=starling-source',
      join(import.meta.dirname, '../testing/supervise-children.ts'),
      ...[folder, first, second],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const pids: number[] = [];
  for (const name of ['first.pid', 'second.pid']) {
    await eventually(name, async () => {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      if (text !== '') pids.push(Number(text));
      return text !== '';
    });
  }
  expect(pids.every(isAlive)).toBe(true);
  supervisor.kill('SIGKILL');
  await eventually('the children’s end', () => !pids.some(isAlive));
  expect(await readFile(join(folder, 'child-0.log'), 'utf8')).toContain('in order');
});
