import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Connection, connect } from '../connect.ts';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { startTestServer } from './test-server.ts';

export interface TestDatabase extends Connection {
  url: string;
  /** Closes the connection and drops the database, whoever else is still connected. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of Postgres's advisory locks: one process makes the template, the others wait. */
const TEMPLATE_LOCK = 7_827_546_402;

function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function asAdmin<Value>(
  serverUrl: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString: serverUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the migrated template of these very migrations, once a server. */
async function ensureTemplate(serverUrl: string): Promise<string> {
  const { migrationDirectories } = await readMigrations();
  const hash = createHash('sha256').update(JSON.stringify(migrationDirectories)).digest('hex');
  const name = `starling_template_${hash.slice(0, 12)}`;
  await asAdmin(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 1) return;
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    await migrate(urlOfDatabase(serverUrl, draft));
    await client.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

let preparing: Promise<{ serverUrl: string; template: string }> | undefined;

async function prepare(): Promise<{ serverUrl: string; template: string }> {
  const { url: serverUrl } = await startTestServer();
  return { serverUrl, template: await ensureTemplate(serverUrl) };
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await asAdmin(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
}

/**
 * An empty database of its own with the whole schema, cloned from the template. Drop it when
 * done: `await using database = await createTestDatabase()` does.
 */
export async function createTestDatabase(
  options: { poolSize?: number } = {},
): Promise<TestDatabase> {
  preparing ??= prepare();
  const { serverUrl, template } = await preparing;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, (client) =>
    client.query(`create database ${name} template ${template}`),
  );
  const url = urlOfDatabase(serverUrl, name);
  const connection = connect(url, { poolSize: options.poolSize ?? 5 });
  async function drop(): Promise<void> {
    await connection.close();
    await dropDatabase(serverUrl, name);
  }
  return { ...connection, url, drop, [Symbol.asyncDispose]: drop };
}

/** As `createTestDatabase`, but without a table: for what makes its own. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  preparing ??= prepare();
  const { serverUrl } = await preparing;
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, (client) => client.query(`create database ${name}`));
  return {
    url: urlOfDatabase(serverUrl, name),
    drop: () => dropDatabase(serverUrl, name),
  };
}
