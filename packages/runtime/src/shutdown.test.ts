import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { createShutdown } from './shutdown.ts';
import { sleep } from './timers.ts';

function setUp(deadlineMs = 1000) {
  const lines: string[] = [];
  const codes: number[] = [];
  const shutdown = createShutdown({
    log: createLogger('test', { format: 'json', write: (line) => lines.push(line) }),
    deadlineMs,
    exit: (code) => codes.push(code),
  });
  return { shutdown, codes, log: () => lines.join('') };
}

it('disposes newest first, one after the other, then exits with 0', async () => {
  const { shutdown, codes } = setUp();
  const order: string[] = [];
  for (const name of ['database', 'queue', 'server']) {
    shutdown.onShutdown(name, async () => {
      order.push(`${name} begins`);
      await sleep(1);
      order.push(`${name} ends`);
    });
  }
  await shutdown.shutDown('SIGTERM');
  expect(order).toEqual(
    ['server', 'queue', 'database'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  expect(codes).toEqual([0]);
});

it('goes on after a failure, which the exit code tells', async () => {
  const { shutdown, codes, log } = setUp();
  let isDatabaseClosed = false;
  shutdown.onShutdown('database', () => {
    isDatabaseClosed = true;
  });
  shutdown.onShutdown('server', () => Promise.reject(new Error('stuck')));
  await shutdown.shutDown('SIGTERM');
  expect(isDatabaseClosed).toBe(true);
  expect(codes).toEqual([1]);
  expect(log()).toContain('"step":"server"');
});

it('is one shutdown, however often it is asked for', async () => {
  const { shutdown, codes } = setUp();
  let disposals = 0;
  shutdown.onShutdown('server', () => disposals++);
  expect(shutdown.isShuttingDown).toBe(false);
  await Promise.all([shutdown.shutDown('SIGTERM'), shutdown.shutDown('SIGINT', 1)]);
  expect(shutdown.isShuttingDown).toBe(true);
  expect(disposals).toBe(1);
  expect(codes).toEqual([0]);
});

it('names what hangs at the deadline', async () => {
  const { shutdown, codes, log } = setUp(10);
  shutdown.onShutdown('queue', () => new Promise(() => {}));
  await shutdown.shutDown('SIGTERM');
  expect(codes).toEqual([1]);
  expect(log()).toContain('"step":"queue"');
});
