import type { Database } from '../connect.ts';
import type { Prisma } from '../generated/client.ts';

/** Who did what to what. Never put a secret into `detail`. */
export interface AuditEntry {
  actor: string;
  /** As `sweep.cancel`. */
  action: string;
  /** The id or name of what it was done to. */
  subject: string;
  detail?: Record<string, unknown>;
}

export interface AuditRow extends Required<AuditEntry> {
  id: string;
  at: string;
}

/** Call it in the transaction of the act itself, so that neither is there without the other. */
export async function appendAuditEvent(db: Database, entry: AuditEntry, now: Date): Promise<void> {
  await db.auditEvent.create({
    data: { ...entry, detail: (entry.detail ?? {}) as Prisma.InputJsonObject, at: now },
    select: { id: true },
  });
}

/** Newest first, one page; `before` is the cursor that the page before gave. */
export async function listAuditEvents(
  db: Database,
  page: { limit: number; before: string | null; subject?: string },
): Promise<{ items: AuditRow[]; cursor: string | null }> {
  const before =
    page.before !== null && /^\d{1,18}$/.test(page.before) ? BigInt(page.before) : null;
  const rows = await db.auditEvent.findMany({
    where: {
      ...(before === null ? {} : { id: { lt: before } }),
      ...(page.subject === undefined ? {} : { subject: page.subject }),
    },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
  const items = rows.slice(0, page.limit).map((row) => ({
    ...row,
    id: String(row.id),
    at: row.at.toISOString(),
    detail: row.detail as Record<string, unknown>,
  }));
  return { items, cursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
