import { toAppError } from '@starling/domain';
import type { Logger } from '@starling/runtime';
import type { ArtifactClient } from '../artifacts/artifact-client.ts';
import type { Notice } from '../outbox/notice.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Attempt } from './attempt.ts';

interface SaverOptions {
  attempt: Attempt;
  artifacts: Pick<ArtifactClient, 'upload'>;
  outbox: Outbox;
  changes: Notice;
  log: Logger;
}

export interface CheckpointSaver {
  /** Stores a checkpoint while training goes on; one that waits is replaced by a newer one. */
  save(epoch: number, bytes: Uint8Array): void;
  /** Stores a checkpoint after any under way; its fact is in the outbox when this resolves. */
  saveLast(epoch: number, bytes: Uint8Array): Promise<void>;
}

/** Uploads checkpoints one by one and names each in a fact once it is stored. */
export function createCheckpointSaver(options: SaverOptions): CheckpointSaver {
  const { attempt, artifacts, outbox, changes, log } = options;
  let waiting: { epoch: number; bytes: Uint8Array } | undefined;
  let uploading: Promise<void> | undefined;

  async function store(epoch: number, bytes: Uint8Array): Promise<void> {
    const sha256 = await artifacts.upload(bytes);
    const { trialId, attempt: number } = attempt.ref;
    const message = { trialId, attempt: number, epoch, sha256, bytes: bytes.byteLength };
    outbox.addFact(attempt.ref, { event: 'checkpoint.saved', message });
    changes.announce();
  }

  async function storeWaiting(): Promise<void> {
    for (let next = waiting; next !== undefined; next = waiting) {
      waiting = undefined;
      try {
        await store(next.epoch, next.bytes);
      } catch (thrown) {
        // The trial is not lost without it: a resumed attempt would begin earlier.
        if (attempt.signal.aborted) return;
        log.warn({ ...attempt.ref, reason: toAppError(thrown).message }, 'checkpoint not stored');
      }
    }
    uploading = undefined;
  }

  return {
    save(epoch, bytes) {
      waiting = { epoch, bytes };
      uploading ??= storeWaiting();
    },
    async saveLast(epoch, bytes) {
      waiting = undefined;
      await uploading;
      await store(epoch, bytes);
    },
  };
}
