import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';

let dataDirectory: string;
const servers: EmbeddedPostgres[] = [];

async function start(isDurable = false): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDirectory, isDurable, log: () => {} });
  servers.push(server);
  return server;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'starling-embedded-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('startEmbeddedPostgres', () => {
  it('keeps its data and its password over a restart', async () => {
    const first = await start();
    await query(first, 'create table notes (word text)');
    await query(first, "insert into notes values ('kept')");
    await first.stop();
    await expect(query(first, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

    const second = await start();
    expect(second.isAdopted).toBe(false);
    expect(await query(second, 'select word from notes')).toEqual([{ word: 'kept' }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    const { mode } = await stat(join(dataDirectory, 'cluster', 'password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('recovers what was committed when the server is killed with -9', async () => {
    const first = await start(true);
    await query(first, 'create table notes (word text)');
    await query(first, "insert into notes values ('committed')");
    process.kill(first.pid, 'SIGKILL');

    const second = await start(true);
    expect(second.isAdopted).toBe(false);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second, 'select word from notes')).toEqual([{ word: 'committed' }]);
  });

  it('takes over the server that an earlier process left running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ isAdopted: true, pid: first.pid, url: first.url });
  });

  it('starts one server when two begin in the same moment', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(second.pid).toBe(first.pid);
  });

  it('starts where a crash left the number of a process that is another program now', async () => {
    const first = await start();
    const pidFile = join(dataDirectory, 'cluster', 'data', 'postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, left.replace(/^\d+/, String(process.pid)));

    const second = await start();
    expect(second.isAdopted).toBe(false);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('listens on the loopback only and asks for the password', async () => {
    const server = await start();
    expect(await query(server, 'show listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    const wrong = { ...server, url: server.url.replace(/:[0-9a-f]+@/, ':wrong@') };
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('says what the server said when it cannot start', async () => {
    const first = await start();
    await first.stop();
    const configuration = join(dataDirectory, 'cluster', 'data', 'postgresql.conf');
    await writeFile(configuration, "shared_buffers = 'much'\n");
    await expect(start()).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('shared_buffers'),
    });
  });
});
