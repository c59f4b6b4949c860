import type { Database } from '../connect.ts';

/** A stored file's row; the file itself lies where the coordinator keeps artifacts. */
export interface ArtifactRow {
  sha256: string;
  bytes: number;
  mediaType: string;
}

/**
 * Names a file that is stored already. The same content again only makes it young again, so
 * that it is not let go before somebody names it.
 */
export async function saveArtifact(db: Database, artifact: ArtifactRow, now: Date): Promise<void> {
  const { count } = await db.artifact.createMany({
    data: { ...artifact, bytes: BigInt(artifact.bytes), createdAt: now },
    skipDuplicates: true,
  });
  if (count > 0) return;
  await db.artifact.updateMany({
    where: { sha256: artifact.sha256, createdAt: { lt: now } },
    data: { createdAt: now },
  });
}

export async function findArtifact(db: Database, sha256: string): Promise<ArtifactRow | undefined> {
  const row = await db.artifact.findUnique({ where: { sha256 } });
  return row === null
    ? undefined
    : { sha256: row.sha256, bytes: Number(row.bytes), mediaType: row.mediaType };
}

/** Those of the hashes given that no row has. */
export async function listUnnamedArtifacts(
  db: Database,
  sha256s: readonly string[],
): Promise<Set<string>> {
  const rows = await db.artifact.findMany({
    where: { sha256: { in: [...sha256s] } },
    select: { sha256: true },
  });
  return new Set(sha256s).difference(new Set(rows.map((row) => row.sha256)));
}

/**
 * Lets go of rows that nothing refers to and that were made before a moment (younger ones may
 * be about to be named); returns them, so that their files can be deleted after the commit.
 */
export async function deleteUnusedArtifacts(
  db: Database,
  input: { before: Date; limit: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ sha256: string }[]>`
    delete from artifacts where sha256 in (
      select a.sha256 from artifacts a
      where a.created_at < ${input.before}
        and not exists (select from datasets d where d.sha256 = a.sha256)
        and not exists (select from checkpoints c where c.sha256 = a.sha256)
        and not exists (select from trials t where t.weights_sha256 = a.sha256)
        and not exists (select from model_versions v where v.weights_sha256 = a.sha256)
      order by a.created_at limit ${input.limit} for update skip locked
    ) returning sha256`;
  return rows.map((row) => row.sha256);
}
