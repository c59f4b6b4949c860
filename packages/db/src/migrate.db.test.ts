import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '@starling/runtime';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { diffDatamodel } from './diff-datamodel.ts';
import { MIGRATION_LOCK, migrate } from './migrate.ts';
import { findPrismaFolder, readMigrations } from './migrations-folder.ts';
import { createEmptyDatabase, createTestDatabase } from './testing/test-database.ts';

describe('migrate', () => {
  const cleanups: (() => Promise<void>)[] = [];
  async function copyPrismaFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'starling-prisma-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    await cp(findPrismaFolder(), folder, { recursive: true });
    return folder;
  }

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  it('makes the schema from nothing, once, however many ask at the same moment', async () => {
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    const results = await Promise.all([1, 2, 3].map(() => migrate(empty.url)));
    const names = (await readMigrations()).migrationDirectories.map(({ path }) => path);
    expect(results.flatMap(({ applied }) => applied)).toEqual(names);

    const connection = connect(empty.url);
    expect(await connection.prisma.sweep.count()).toBe(0);
    await connection.close();
    expect(await migrate(empty.url)).toEqual({ applied: [] });
  });

  it('waits for another process that migrates', async () => {
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    const other = new pg.Client({ connectionString: empty.url });
    await other.connect();
    await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    let isDone = false;
    const migrating = migrate(empty.url).then(() => {
      isDone = true;
    });
    await sleep(1000);
    expect(isDone).toBe(false);
    await other.end();
    await migrating;
  });

  it('says all that the datamodel says', async () => {
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    expect(await diffDatamodel(empty.url, findPrismaFolder())).toBe('');
  });

  it('would notice what the datamodel says and the migrations do not', async () => {
    const copy = await copyPrismaFolder();
    const extra = 'model Extra {\n  id String @id\n\n  @@map("extras")\n}\n';
    await writeFile(join(copy, 'schema', 'extra.prisma'), extra);
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    expect(await diffDatamodel(empty.url, copy)).toContain('CREATE TABLE "extras"');
  });

  it('leaves nothing of a migration that fails, names it, and applies its repair', async () => {
    const copy = await copyPrismaFolder();
    const folder = join(copy, 'migrations', '29990101000000_broken');
    await mkdir(folder);
    const write = (sql: string) => writeFile(join(folder, 'migration.sql'), sql);
    await write('CREATE TABLE half (id int);\nSELECT nothing FROM nowhere;\n');
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    await expect(migrate(empty.url, { prismaFolder: copy })).rejects.toThrow(
      'migration 29990101000000_broken failed: No such table: nowhere',
    );
    await write('CREATE TABLE half (id int);\nSELECT 1;\n');
    expect(await migrate(empty.url, { prismaFolder: copy })).toEqual({
      applied: ['29990101000000_broken'],
    });
  });

  it('names a server that cannot be reached', async () => {
    const refused = migrate('postgresql://nobody:secret@127.0.0.1:1/none');
    await expect(refused).rejects.toMatchObject({ code: 'database-unavailable' });
    await expect(refused).rejects.not.toThrow(/secret/);
  });
});

describe('createTestDatabase', () => {
  it('gives databases that do not see each other', async () => {
    await using first = await createTestDatabase();
    await using second = await createTestDatabase();
    await first.prisma.artifact.create({
      data: { sha256: 'a'.repeat(64), bytes: 1n, mediaType: 'text/plain', createdAt: new Date(0) },
    });
    expect(await first.prisma.artifact.count()).toBe(1);
    expect(await second.prisma.artifact.count()).toBe(0);
  });
});
