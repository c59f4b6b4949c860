import { createToken, hashToken, newId } from '@starling/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import {
  endSession,
  findPrincipalBySession,
  insertLoginLink,
  insertSession,
  pruneAccess,
  useLoginLink,
} from './sessions.ts';
import {
  countLiveTokens,
  findPrincipalByToken,
  insertToken,
  listTokens,
  revokeToken,
  touchToken,
} from './tokens.ts';

const noon = new Date('2026-01-01T12:00:00.000Z');
const later = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function makeToken(role: 'admin' | 'viewer' = 'viewer') {
  const text = createToken();
  const hash = hashToken(text);
  const id = newId('token');
  await insertToken(database.prisma, { id, name: `${role}'s`, role, hash }, noon);
  return { id, hash, text };
}

describe('tokens', () => {
  it('keeps no text of a token', async () => {
    const { id, text } = await makeToken();
    const row = await database.prisma.token.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(text.slice(4));
  });

  it('stands for its principal until it is revoked, once', async () => {
    const { id, hash } = await makeToken('admin');
    const { prisma } = database;
    expect(await findPrincipalByToken(prisma, hash)).toEqual({
      ...{ tokenId: id, name: "admin's", role: 'admin' },
    });
    const live = await countLiveTokens(prisma, 'admin');
    expect((await revokeToken(prisma, id, later(1)))?.revokedAt).toBe(later(1).toISOString());
    expect((await revokeToken(prisma, id, later(2)))?.revokedAt).toBe(later(1).toISOString());
    expect(await findPrincipalByToken(prisma, hash)).toBeUndefined();
    expect(await countLiveTokens(prisma, 'admin')).toBe(live - 1);
    expect(await revokeToken(prisma, newId('token'), noon)).toBeUndefined();
  });

  it('notes its use to the minute', async () => {
    const { id } = await makeToken();
    const usedAt = async () =>
      (await listTokens(database.prisma)).find(({ tokenId }) => tokenId === id)?.lastUsedAt;
    expect(await usedAt()).toBeNull();
    await touchToken(database.prisma, id, later(0));
    await touchToken(database.prisma, id, later(59));
    expect(await usedAt()).toBe(noon.toISOString());
    await touchToken(database.prisma, id, later(61));
    expect(await usedAt()).toBe(later(61).toISOString());
  });

  it('refuses a role that is none', async () => {
    const data = { id: 'x', name: 'x', role: 'king', hash: 'f'.repeat(64), createdAt: noon };
    await expect(database.prisma.token.create({ data })).rejects.toThrow(/tokens_role/);
  });
});

describe('sessions', () => {
  it('acts as its token until it expires, is ended, or the token is revoked', async () => {
    const { prisma } = database;
    const { id } = await makeToken();
    const [first, second] = [hashToken('one'), hashToken('two')];
    for (const hash of [first, second]) {
      await insertSession(prisma, { hash, tokenId: id, expiresAt: later(60) }, noon);
    }
    expect(await findPrincipalBySession(prisma, first, later(59))).toMatchObject({ tokenId: id });
    expect(await findPrincipalBySession(prisma, first, later(60))).toBeUndefined();
    await endSession(prisma, first, later(1));
    expect(await findPrincipalBySession(prisma, first, later(2))).toBeUndefined();
    expect(await findPrincipalBySession(prisma, second, later(2))).toBeDefined();
    await revokeToken(prisma, id, later(3));
    expect(await findPrincipalBySession(prisma, second, later(4))).toBeUndefined();
  });
});

describe('login links', () => {
  it('log one browser in, however many try at once', async () => {
    const { prisma } = database;
    const { id } = await makeToken();
    const hash = hashToken('link');
    await insertLoginLink(prisma, { hash, tokenId: id, expiresAt: later(60) }, noon);
    const tries = await Promise.all([1, 2, 3, 4].map(() => useLoginLink(prisma, hash, later(1))));
    expect(tries.filter((principal) => principal !== undefined)).toEqual([
      expect.objectContaining({ tokenId: id }),
    ]);
  });

  it('do not log in after they expired, and are let go with what ended', async () => {
    const { prisma } = database;
    const { id } = await makeToken();
    const hash = hashToken('late link');
    await insertLoginLink(prisma, { hash, tokenId: id, expiresAt: later(10) }, noon);
    expect(await useLoginLink(prisma, hash, later(10))).toBeUndefined();
    expect(await pruneAccess(prisma, later(5))).toBeGreaterThanOrEqual(0);
    expect(await prisma.loginLink.count({ where: { hash } })).toBe(1);
    await pruneAccess(prisma, later(11));
    expect(await prisma.loginLink.count({ where: { hash } })).toBe(0);
  });
});
