import type { Principal } from '@starling/domain';
import type { Database } from '../connect.ts';
import { toPrincipal } from './tokens.ts';

/** A browser's session or a login link, as it is made. `hash` is that of its secret. */
interface NewAccess {
  hash: string;
  tokenId: string;
  expiresAt: Date;
}

export async function insertSession(db: Database, session: NewAccess, now: Date): Promise<void> {
  await db.session.create({ data: { ...session, createdAt: now }, select: { hash: true } });
}

/** Who a session acts as; undefined where it is over, expired, or its token revoked. */
export async function findPrincipalBySession(
  db: Database,
  hash: string,
  now: Date,
): Promise<Principal | undefined> {
  const row = await db.session.findFirst({
    where: { hash, endedAt: null, expiresAt: { gt: now }, token: { revokedAt: null } },
    include: { token: true },
  });
  return row === null ? undefined : toPrincipal(row.token);
}

/** Logs a browser out; a second time changes nothing. */
export async function endSession(db: Database, hash: string, now: Date): Promise<void> {
  await db.session.updateMany({ where: { hash, endedAt: null }, data: { endedAt: now } });
}

export async function insertLoginLink(db: Database, link: NewAccess, now: Date): Promise<void> {
  await db.loginLink.create({ data: { ...link, createdAt: now }, select: { hash: true } });
}

/**
 * Uses a login link up: of any number of tries at once, one gets who it logs in. Undefined
 * where it was used, expired, unknown, or its token revoked.
 */
export async function useLoginLink(
  db: Database,
  hash: string,
  now: Date,
): Promise<Principal | undefined> {
  const rows = await db.$queryRaw<{ id: string; name: string; role: string }[]>`
    update login_links l set used_at = ${now}
    from tokens t
    where l.hash = ${hash} and l.used_at is null and l.expires_at > ${now}
      and t.id = l.token_id and t.revoked_at is null
    returning t.id, t.name, t.role`;
  return rows[0] === undefined ? undefined : toPrincipal(rows[0]);
}

/** Lets go of sessions and links that ended, were used or expired before a moment. */
export async function pruneAccess(db: Database, before: Date): Promise<number> {
  const sessions = await db.session.deleteMany({
    where: { OR: [{ expiresAt: { lt: before } }, { endedAt: { lt: before } }] },
  });
  const links = await db.loginLink.deleteMany({
    where: { OR: [{ expiresAt: { lt: before } }, { usedAt: { lt: before } }] },
  });
  return sessions.count + links.count;
}
