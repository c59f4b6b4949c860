import type { ArtifactEntry, FileArtifactStore } from '@starling/datasets';
import { type Database, saveArtifact } from '@starling/db';
import { AppError, type Clock } from '@starling/domain';

/**
 * Names a stored file in the database, so that rows may refer to it. Twice equals once. Throws
 * a retryable error where the file was collected as unused in the same moment.
 */
export async function recordArtifact(parts: {
  store: FileArtifactStore;
  prisma: Database;
  clock: Clock;
  entry: ArtifactEntry;
}): Promise<void> {
  const { sha256, bytes } = parts.entry;
  await saveArtifact(
    parts.prisma,
    { sha256, bytes, mediaType: 'application/octet-stream' },
    new Date(parts.clock.nowMs()),
  );
  if (await parts.store.has(sha256)) return;
  throw new AppError('checksum-mismatch', `the artifact ${sha256} is gone; send it again`);
}
