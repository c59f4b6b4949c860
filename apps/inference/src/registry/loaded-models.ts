import type { ModelVersion } from '@starling/domain';

export interface LoadedModels<Predictor> {
  /** The version's predictor, loaded at most once at a time. Throws what loading throws. */
  predictorOf(version: ModelVersion): Promise<Predictor>;
  isLoaded(versionId: string): boolean;
  readonly size: number;
}

/**
 * Predictors in memory by version, so that an alias that moves needs no reload. The least
 * recently used goes first; a failed load is not kept.
 */
export function createLoadedModels<Predictor>(options: {
  capacity: number;
  load: (version: ModelVersion) => Promise<Predictor>;
}): LoadedModels<Predictor> {
  const held = new Map<string, { predictor: Promise<Predictor>; isReady: boolean }>();

  return {
    async predictorOf(version) {
      const key = version.id;
      const known = held.get(key);
      if (known !== undefined) {
        held.delete(key);
        held.set(key, known);
        return known.predictor;
      }
      const entry = { predictor: options.load(version), isReady: false };
      held.set(key, entry);
      try {
        const predictor = await entry.predictor;
        entry.isReady = true;
        for (const [oldest, each] of held) {
          if (held.size <= options.capacity) break;
          if (each.isReady && oldest !== key) held.delete(oldest);
        }
        return predictor;
      } catch (error) {
        held.delete(key);
        throw error;
      }
    },
    isLoaded: (versionId) => held.get(versionId)?.isReady ?? false,
    get size() {
      return held.size;
    },
  };
}
