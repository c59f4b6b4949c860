import {
  type Principal,
  principalSchema,
  type TokenSummary,
  tokenSummarySchema,
} from '@starling/domain';
import type { Database } from '../connect.ts';

interface TokenRow {
  id: string;
  name: string;
  role: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

function toSummary(row: TokenRow): TokenSummary {
  return tokenSummarySchema.parse({
    tokenId: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  });
}

/** Who a token stands for. */
export function toPrincipal(row: { id: string; name: string; role: string }): Principal {
  return principalSchema.parse({ tokenId: row.id, name: row.name, role: row.role });
}

/** `hash` is `hashToken` of the token's text, which is kept nowhere. */
export async function insertToken(
  db: Database,
  token: { id: string; name: string; role: TokenSummary['role']; hash: string },
  now: Date,
): Promise<TokenSummary> {
  return toSummary(await db.token.create({ data: { ...token, createdAt: now } }));
}

/** Every token, revoked ones too, oldest first. */
export async function listTokens(db: Database): Promise<TokenSummary[]> {
  const rows = await db.token.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return rows.map(toSummary);
}

/** Who the token of this hash stands for; undefined where there is none or it was revoked. */
export async function findPrincipalByToken(
  db: Database,
  hash: string,
): Promise<Principal | undefined> {
  const row = await db.token.findFirst({ where: { hash, revokedAt: null } });
  return row === null ? undefined : toPrincipal(row);
}

/** Milliseconds within which a token's uses are noted once: reads stay reads. */
const USE_RESOLUTION_MS = 60_000;

/** Notes that a token was used, to the minute. */
export async function touchToken(db: Database, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - USE_RESOLUTION_MS);
  await db.token.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: before } }] },
    data: { lastUsedAt: now },
  });
}

/**
 * Revokes a token and with it the sessions and links made from it. A second time changes
 * nothing. Undefined where there is no such token.
 */
export async function revokeToken(
  db: Database,
  id: string,
  now: Date,
): Promise<TokenSummary | undefined> {
  await db.token.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
  const row = await db.token.findUnique({ where: { id } });
  return row === null ? undefined : toSummary(row);
}

/** How many tokens of a role work still: the last admin's is worth a question. */
export function countLiveTokens(db: Database, role: TokenSummary['role']): Promise<number> {
  return db.token.count({ where: { role, revokedAt: null } });
}
