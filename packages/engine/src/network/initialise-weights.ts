import { createRandom } from '@starling/domain';
import { type ParameterPlan, valuesInSlot, writeSlot } from './parameter-slots.ts';

/**
 * Fills a flat buffer as PyTorch's layers do, uniform in ± 1 / √fan-in (of recurrent layers,
 * the hidden size); batch norm as the identity. Each layer draws from a stream of its own, named by (seed, layer), so other layers
 * never change it.
 */
export function initialiseWeights(plan: ParameterPlan, flat: Float32Array, seed: number): void {
  flat.fill(0);
  for (const { layer, slots } of plan.layers) {
    const random = createRandom(seed, 'weights', layer);
    for (const slot of slots) {
      const values = new Float32Array(valuesInSlot(slot));
      for (let index = 0; index < values.length; index++) {
        values[index] = slot.center + (2 * random.uniform() - 1) * slot.bound;
      }
      writeSlot(slot, flat, values);
    }
  }
}
