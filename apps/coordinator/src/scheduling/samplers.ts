import type { SweepSpec } from '@starling/domain';
import {
  createPruner,
  createSampler,
  type Pruner,
  type Sampler,
  type SamplerState,
  samplerStateSchema,
} from '@starling/search';

interface SampledSweep {
  id: string;
  spec: SweepSpec;
}

/** Sweeps whose sampler is kept ready; the rest are built again when they are asked. */
const keptSamplers = 64;

/**
 * The samplers of running sweeps. They are pure; one is kept because a finite space makes it
 * replay its draws from the first trial on.
 */
export class Samplers {
  readonly #kept = new Map<string, Sampler>();

  of(sweep: SampledSweep): Sampler {
    const kept = this.#kept.get(sweep.id);
    if (kept !== undefined) return kept;
    const sampler = createSampler(sweep.spec);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= keptSamplers && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(sweep.id, sampler);
    return sampler;
  }

  /** The state that the sweep's row holds, or a fresh one before its first trial. */
  stateOf(sweep: SampledSweep & { samplerState: unknown }): SamplerState {
    if (sweep.samplerState === null) return this.of(sweep).start();
    return samplerStateSchema.parse(sweep.samplerState);
  }
}

export function prunerOf(sweep: { spec: SweepSpec }): Pruner {
  return createPruner(sweep.spec.pruner);
}
