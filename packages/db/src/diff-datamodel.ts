import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from './migrate.ts';
import { noFilters, withSchemaEngine } from './schema-engine.ts';

async function readDatamodel(prismaFolder: string): Promise<{ path: string; content: string }[]> {
  const folder = join(prismaFolder, 'schema');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })),
  );
}

/**
 * SQL that leads from the migrations to the datamodel; empty where they agree. The migrations
 * are applied to the database named, which is to be an empty one.
 */
export async function diffDatamodel(databaseUrl: string, prismaFolder: string): Promise<string> {
  await migrate(databaseUrl, { prismaFolder });
  const files = await readDatamodel(prismaFolder);
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: prismaFolder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: noFilters,
    }),
  );
  const sql = (stdout ?? '').trim();
  return sql === '-- This is an empty migration.' || sql === '' ? '' : `${sql}\n`;
}
