import { migrate } from '@starling/db';
import { toAppError } from '@starling/domain';
import { readMigrationSettings } from './env.ts';

/** Brings the database to this version's tables, tells its parent and ends. */
try {
  const { applied } = await migrate(readMigrationSettings().databaseUrl);
  process.send?.({ ready: { applied } });
} catch (error) {
  console.error(toAppError(error).message);
  process.exitCode = 1;
}
