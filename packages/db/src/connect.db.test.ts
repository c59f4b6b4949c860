import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('connect', () => {
  it('reads and writes the same moment in whatever time zone the database keeps', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.prisma.$executeRawUnsafe(`alter database ${name} set timezone = 'Asia/Kolkata'`);
    const connection = connect(database.url);
    const { prisma } = connection;
    const moment = new Date('2026-03-29T01:30:00.123Z');
    const sha256 = 'c'.repeat(64);
    await prisma.artifact.create({
      data: { sha256, bytes: 1n, mediaType: 'a/b', createdAt: moment },
    });
    const row = await prisma.artifact.findUniqueOrThrow({ where: { sha256 } });
    expect(row.createdAt).toEqual(moment);
    const [raw] = await prisma.$queryRaw<{ at: Date; epoch: number; isSame: boolean }[]>`
      select created_at as at, extract(epoch from created_at)::float8 as epoch,
        created_at = ${moment} as "isSame"
      from artifacts where sha256 = ${sha256}`;
    expect(raw).toEqual({ at: moment, epoch: moment.getTime() / 1000, isSame: true });
    await connection.close();
  });

  it('keeps the options that a URL brings', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c statement_timeout=1234');
    const connection = connect(url.href);
    expect(
      await connection.prisma.$queryRaw`select current_setting('TimeZone') as zone,
      current_setting('statement_timeout') as timeout`,
    ).toEqual([{ zone: 'UTC', timeout: '1234ms' }]);
    await connection.close();
  });

  it('goes on after the server ended its connections', async () => {
    const errors: Error[] = [];
    const connection = connect(database.url, {
      applicationName: 'to be cut',
      onConnectionError: (error) => errors.push(error),
    });
    await connection.prisma.sweep.count();
    await database.prisma.$queryRaw`
      select pg_terminate_backend(pid)::text from pg_stat_activity
      where application_name = 'to be cut'`;
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(await connection.prisma.sweep.count()).toBe(0);
    await connection.close();
  });
});
