import type { ArtifactEntry, FileArtifactStore } from '@starling/datasets';
import {
  deleteUnusedArtifacts,
  listUnnamedArtifacts,
  type PrismaClient,
  saveArtifact,
} from '@starling/db';
import type { Clock } from '@starling/domain';
import type { Logger } from '@starling/runtime';

const dayMs = 24 * 3_600_000;

/** Most artifacts let go in one transaction. */
const batch = 500;

type Stored = ArtifactEntry & { storedAtMs: number };

/**
 * Gives files a row that have none, because their process was killed between the two: as old
 * as the file, so that it goes with the other rows that nothing refers to.
 */
async function nameStrays(
  { store, prisma }: { store: FileArtifactStore; prisma: PrismaClient },
  before: number,
): Promise<void> {
  async function nameThose(files: readonly Stored[]): Promise<void> {
    const unnamed = await listUnnamedArtifacts(
      prisma,
      files.map((file) => file.sha256),
    );
    for (const { sha256, bytes, storedAtMs } of files) {
      if (!unnamed.has(sha256)) continue;
      const row = { sha256, bytes, mediaType: 'application/octet-stream' };
      await saveArtifact(prisma, row, new Date(storedAtMs));
    }
  }
  let files: Stored[] = [];
  for await (const file of store.listStoredBefore(before)) {
    files.push(file);
    if (files.length < batch) continue;
    await nameThose(files);
    files = [];
  }
  await nameThose(files);
}

/**
 * Removes files that nothing refers to and that are older than a day: younger ones may be about
 * to be named. The files go before the rows are committed, so that whoever stores the same
 * content at this moment waits for the row and then sees that the file is missing.
 */
export async function collectUnusedArtifacts(parts: {
  store: FileArtifactStore;
  prisma: PrismaClient;
  clock: Clock;
  logger: Logger;
}): Promise<number> {
  const { store, prisma, clock, logger } = parts;
  const before = clock.nowMs() - dayMs;
  await store.removeAbandoned(before);
  await nameStrays({ store, prisma }, before);
  let collected = 0;
  for (;;) {
    const count = await prisma.$transaction(
      async (transaction) => {
        const unused = await deleteUnusedArtifacts(transaction, {
          before: new Date(before),
          limit: batch,
        });
        for (const sha256 of unused) await store.remove(sha256);
        return unused.length;
      },
      { timeout: 60_000 },
    );
    collected += count;
    if (count < batch) break;
  }
  if (collected > 0) logger.info({ collected }, 'removed artifacts that nothing refers to');
  return collected;
}
