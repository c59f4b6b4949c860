import { AppError, type Clock, type Model, type ModelVersion } from '@starling/domain';

export interface ModelSource {
  /** Every model with its versions and aliases. */
  listModels(): Promise<Model[]>;
}

export interface Registry {
  /** All models, at most `ttlMs` old; older only while the source does not answer. */
  models(): Promise<Model[]>;
  /**
   * One version of a model. `selector` is a version number or an alias; without one it is
   * the alias `champion` where there is one, else the newest version.
   * Throws `not-found`, or `inference-unavailable` where no registry could be read yet.
   */
  find(name: string, selector?: string): Promise<{ model: Model; version: ModelVersion }>;
  /** Whether a registry was ever read. */
  isKnown(): boolean;
}

/** Picks a version by number or alias; undefined where there is none. */
export function selectVersion(model: Model, selector?: string): ModelVersion | undefined {
  if (selector === undefined) {
    const champion = model.versions.find((version) => version.aliases.includes('champion'));
    if (champion !== undefined) return champion;
    return model.versions.reduce<ModelVersion | undefined>(
      (newest, version) =>
        newest === undefined || version.version > newest.version ? version : newest,
      undefined,
    );
  }
  return model.versions.find(
    (version) => String(version.version) === selector || version.aliases.includes(selector),
  );
}

function missing(models: readonly Model[], name: string, selector?: string): AppError {
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) {
    const names = models.map((candidate) => candidate.name).join(', ');
    return new AppError(
      'not-found',
      `there is no model ${name} — ${names === '' ? 'promote a trial first' : `use one of ${names}`}`,
    );
  }
  const known = model.versions.flatMap((version) => [String(version.version), ...version.aliases]);
  return new AppError(
    'not-found',
    selector === undefined
      ? `the model ${name} has no versions — promote a trial`
      : `the model ${name} has no version or alias ${selector} — use one of ${known.join(', ')}`,
  );
}

/** A registry read through a source: kept for `ttlMs`, read anew at once on a miss. */
export function createRegistry(options: {
  source: ModelSource;
  clock: Clock;
  ttlMs: number;
  /** Least time between two reads that misses cause, so that bad names cannot flood the source. */
  missIntervalMs?: number;
  onStale?: (error: unknown) => void;
}): Registry {
  const { source, clock, ttlMs, missIntervalMs = 200 } = options;
  let held: { models: Model[]; readAtMs: number } | undefined;
  let reading: Promise<Model[]> | undefined;

  function read(): Promise<Model[]> {
    reading ??= source
      .listModels()
      .then((models) => {
        held = { models, readAtMs: clock.monotonicMs() };
        return models;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  async function readOlderThan(ageMs: number): Promise<Model[]> {
    if (held !== undefined && clock.monotonicMs() - held.readAtMs < ageMs) return held.models;
    try {
      return await read();
    } catch (error) {
      options.onStale?.(error);
      // A coordinator that restarts must not take running endpoints with it.
      if (held !== undefined) return held.models;
      throw new AppError(
        'inference-unavailable',
        'the model registry cannot be read yet: the coordinator does not answer — try again shortly',
        { cause: error },
      );
    }
  }

  function lookUp(models: readonly Model[], name: string, selector?: string) {
    const model = models.find((candidate) => candidate.name === name);
    const version = model === undefined ? undefined : selectVersion(model, selector);
    return model === undefined || version === undefined ? undefined : { model, version };
  }

  return {
    models: () => readOlderThan(ttlMs),
    async find(name, selector) {
      const found = lookUp(await readOlderThan(ttlMs), name, selector);
      if (found !== undefined) return found;
      const models = await readOlderThan(missIntervalMs);
      const second = lookUp(models, name, selector);
      if (second !== undefined) return second;
      throw missing(models, name, selector);
    },
    isKnown: () => held !== undefined,
  };
}
