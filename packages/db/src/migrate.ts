import { AppError } from '@starling/domain';
import pg from 'pg';
import { readMigrations } from './migrations-folder.ts';
import { noFilters, withSchemaEngine } from './schema-engine.ts';

/** Of Postgres's advisory locks; any number that nobody else uses. */
export const MIGRATION_LOCK = 7_827_546_401;

/** Applies `work` while no other process of ours does, on any machine. */
async function underLock<Value>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'starling-migrate-lock',
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const { message } = cause as Error;
    throw new AppError('database-unavailable', `cannot connect to the database: ${message}`, {
      cause,
    });
  }
  try {
    await client.query("set lock_timeout = '120s'");
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work(client);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

/**
 * A process that was killed amid a migration leaves its note "begun" behind, and the engine
 * refuses everything until a person looks. Ours are whole transactions, so what did not
 * finish left nothing and may be tried again.
 */
async function forgetUnfinished(client: pg.Client): Promise<void> {
  const { rows } = await client.query("select to_regclass('public._prisma_migrations') as notes");
  if (rows[0]?.notes === null) return;
  await client.query(
    'update _prisma_migrations set rolled_back_at = now() where finished_at is null and rolled_back_at is null',
  );
}

/** The engine's message is its call stack in Rust: what is wanted is which one and why. */
function describeEngineError(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const name = /migration_name="([^"]+)"/.exec(message)?.[1];
  const why = message
    .replace(/\n\s+0: [\s\S]*$/, '')
    .replace(/^external connector error\n/, '')
    .trim();
  return name === undefined ? `migrating failed: ${why}` : `migration ${name} failed: ${why}`;
}

/**
 * Brings a database to this version's schema; does nothing where it is there already. Safe to
 * call from several processes at once. Each migration is one transaction; one that fails leaves
 * nothing, is named in the error, and nothing after it runs.
 */
export async function migrate(
  databaseUrl: string,
  options: { prismaFolder?: string } = {},
): Promise<{ applied: string[] }> {
  const migrationsList = await readMigrations(options.prismaFolder);
  return underLock(databaseUrl, async (client) => {
    try {
      await forgetUnfinished(client);
      const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, (engine) =>
        engine.applyMigrations({ migrationsList, filters: noFilters }),
      );
      return { applied: appliedMigrationNames };
    } catch (cause) {
      throw new AppError('internal', describeEngineError(cause), { cause });
    }
  });
}
