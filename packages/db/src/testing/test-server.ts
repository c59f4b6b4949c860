import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts';
import { announceServerUrl, readServerUrl } from './env.ts';

export interface TestServer {
  /** Of a superuser; any database. */
  url: string;
  stop(): Promise<void>;
}

/**
 * A server whose data is thrown away. It is the one that STARLING_TEST_DATABASE_URL names,
 * which the global setup sets for all test files of a run; else one of this process's own.
 */
export async function startTestServer(): Promise<TestServer> {
  const given = readServerUrl();
  if (given !== undefined) return { url: given, stop: async () => {} };

  const dataDirectory = await mkdtemp(join(tmpdir(), 'starling-test-'));
  const server = await startEmbeddedPostgres({ dataDirectory, isDurable: false, log: () => {} });
  const watchdog = spawn(
    process.execPath,
    [
      // From source or from dist, whichever this is.
      join(import.meta.dirname, `watchdog${extname(import.meta.filename)}`),
      String(server.pid),
      dataDirectory,
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  watchdog.unref();
  // A pipe that is open would keep this process alive.
  (watchdog.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return {
    url: server.url,
    async stop() {
      await server.stop();
      watchdog.stdin?.end();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/**
 * For vitest's `globalSetup`: one server for the whole run, found by every test file through
 * the environment.
 */
export async function setup(): Promise<() => Promise<void>> {
  const isOurs = readServerUrl() === undefined;
  const server = await startTestServer();
  if (isOurs) announceServerUrl(server.url);
  return async () => {
    if (isOurs) announceServerUrl(undefined);
    await server.stop();
  };
}
