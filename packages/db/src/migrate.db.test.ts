import { afterAll, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { diffDatamodel } from './diff-datamodel.ts';
import { migrate } from './migrate.ts';
import { findPrismaFolder, readMigrations } from './migrations-folder.ts';
import { createEmptyDatabase, createTestDatabase } from './testing/test-database.ts';

describe('migrate', () => {
  const cleanups: (() => Promise<void>)[] = [];
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

  it('says all that the datamodel says', async () => {
    const empty = await createEmptyDatabase();
    cleanups.push(empty.drop);
    expect(await diffDatamodel(empty.url, findPrismaFolder())).toBe('');
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
