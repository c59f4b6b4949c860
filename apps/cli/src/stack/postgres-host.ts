import { setTimeout as wait } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@starling/db/embedded';
import { createLogger, createShutdown } from '@starling/runtime';
import { readPostgresHostSettings } from './env.ts';

/**
 * Owns the embedded Postgres for the supervisor, as a process of its own: when the supervisor
 * is killed, this one notices and stops the server, which would not notice by itself.
 */
const settings = readPostgresHostSettings();
const logger = createLogger('postgres-host');
const shutdown = createShutdown({ log: logger, deadlineMs: 60_000 });
shutdown.listen();

const server = await startEmbeddedPostgres({
  dataDirectory: settings.folder,
  port: settings.port,
  log: (message) => logger.info(message),
});
shutdown.onShutdown('postgres', () => server.stop());
process.send?.({ ready: server.url });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// The server may be one that an earlier host started, so its end is no event of ours.
while (!shutdown.isShuttingDown) {
  await wait(250);
  if (shutdown.isShuttingDown || isAlive(server.pid)) continue;
  logger.error({ pid: server.pid }, 'postgres ended by itself');
  process.exit(1);
}
