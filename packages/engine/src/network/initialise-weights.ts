import { createRandom } from '@starling/domain';
import { type ParameterPlan, valuesInSlot, writeSlot } from './parameter-slots.ts';

/**
 * Fills a flat buffer as PyTorch's layers do, uniform in ± 1 / √fan-in (of a GRU, its hidden
 * size). Each layer draws from a stream of its own, named by (seed, layer), so other layers
 * never change it.
 */
export function initialiseWeights(plan: ParameterPlan, flat: Float32Array, seed: number): void {
  flat.fill(0);
  for (const { layer, slots } of plan.layers) {
    const random = createRandom(seed, 'weights', layer);
    for (const slot of slots) {
      const values = new Float32Array(valuesInSlot(slot));
      for (let index = 0; index < values.length; index++) {
        values[index] = (2 * random.uniform() - 1) * slot.bound;
      }
      writeSlot(slot, flat, values);
    }
  }
}
