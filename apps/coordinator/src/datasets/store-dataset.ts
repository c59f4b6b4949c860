import type { FileArtifactStore, StoredDataset } from '@starling/datasets';
import { appendAuditEvent, findArtifact, insertDataset, type PrismaClient } from '@starling/db';
import { type Clock, type DatasetSummary, datasetSummarySchema } from '@starling/domain';
import { newId } from '@starling/runtime';
import { recordArtifact } from '../artifacts/record-artifact.ts';

export interface DatasetParts {
  prisma: PrismaClient;
  store: FileArtifactStore;
  clock: Clock;
}

/**
 * Takes a finished import into the artifact store and writes its row, in that order; where the
 * row cannot be written, the file goes again. The same request id gives the same data set.
 */
export async function storeDataset(
  { prisma, store, clock }: DatasetParts,
  input: {
    stored: StoredDataset;
    name: string;
    requestId: string | null;
    source: DatasetSummary['source'];
    actor: string;
  },
): Promise<DatasetSummary> {
  const { stored, name, requestId, source, actor } = input;
  const now = new Date(clock.nowMs());
  const summary = datasetSummarySchema.parse({
    ...stored,
    id: newId('dataset', clock),
    name,
    source,
    createdAt: now.toISOString(),
  });
  const { sha256, bytes } = stored;
  await store.adopt(stored.path, sha256);
  try {
    return await prisma.$transaction(async (transaction) => {
      await recordArtifact({ store, prisma: transaction, clock, entry: { sha256, bytes } });
      const written = await insertDataset(transaction, summary, requestId);
      if (written.id !== summary.id) return written;
      await appendAuditEvent(
        transaction,
        { actor, action: 'dataset.import', subject: written.id, detail: { name, source } },
        now,
      );
      return written;
    });
  } catch (error) {
    // Another data set, or a later upload, may have the same content.
    if ((await findArtifact(prisma, sha256)) === undefined) await store.remove(sha256);
    throw error;
  }
}
