import { readEnvironment } from '@starling/runtime';
import { z } from 'zod';

/** What the host of the embedded Postgres is told. */
export function readPostgresHostSettings(): { folder: string; port: number } {
  const values = readEnvironment(
    z.object({
      STARLING_POSTGRES_FOLDER: z.string(),
      STARLING_POSTGRES_PORT: z.coerce.number().int().min(1).max(65_535),
    }),
  );
  return { folder: values.STARLING_POSTGRES_FOLDER, port: values.STARLING_POSTGRES_PORT };
}

/** What the migration job is told. */
export function readMigrationSettings(): { databaseUrl: string } {
  return {
    databaseUrl: readEnvironment(z.object({ DATABASE_URL: z.string() })).DATABASE_URL,
  };
}
