import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createFileArtifactStore } from '@starling/datasets';

export interface ArtifactSource {
  /** The artifact's bytes as a stream; throws an AppError where it cannot be had. */
  fetchArtifact(sha256: string): Promise<AsyncIterable<Uint8Array>>;
}

export interface ArtifactCache {
  /** Path of the file, its hash checked when it came; fetched once, whoever asks at the same time. */
  pathOf(sha256: string): Promise<string>;
  /** The bytes, checked again; a file that was damaged since is fetched anew. For small artifacts. */
  bytesOf(sha256: string): Promise<Uint8Array>;
}

/** Artifacts on disk by their hash, fetched when first asked for. */
export function createArtifactCache(folder: string, source: ArtifactSource): ArtifactCache {
  const store = createFileArtifactStore(folder);
  const fetching = new Map<string, Promise<string>>();

  async function fetchOnce(sha256: string): Promise<string> {
    await store.put(await source.fetchArtifact(sha256), { expectedSha256: sha256 });
    return store.pathOf(sha256);
  }

  async function pathOf(sha256: string): Promise<string> {
    if (await store.has(sha256)) return store.pathOf(sha256);
    let running = fetching.get(sha256);
    if (running === undefined) {
      running = fetchOnce(sha256).finally(() => fetching.delete(sha256));
      fetching.set(sha256, running);
    }
    return running;
  }

  return {
    pathOf,
    async bytesOf(sha256) {
      const bytes = await readFile(await pathOf(sha256));
      if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
      await store.remove(sha256);
      return readFile(await pathOf(sha256));
    },
  };
}
