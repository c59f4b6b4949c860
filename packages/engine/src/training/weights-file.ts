import type { ParameterPlan } from '../network/parameter-slots.ts';
import { readSlot, writeSlot } from '../network/parameter-slots.ts';
import type { SafetensorsFile } from '../safetensors/read-safetensors.ts';
import { floatTensor, readSafetensors } from '../safetensors/read-safetensors.ts';
import { type FloatTensor, writeSafetensors } from '../safetensors/write-safetensors.ts';

/** Tensors of a flat buffer, each name after `prefix`. */
export function tensorsOf(plan: ParameterPlan, flat: Float32Array, prefix = ''): FloatTensor[] {
  return plan.slots.map((slot) => ({
    name: prefix + slot.name,
    shape: slot.shape,
    values: readSlot(slot, flat),
  }));
}

/** Fills a flat buffer from a file; throws an `invalid-input` AppError where a tensor differs. */
export function fillFrom(
  plan: ParameterPlan,
  flat: Float32Array,
  file: SafetensorsFile,
  prefix = '',
): void {
  for (const slot of plan.slots) {
    writeSlot(slot, flat, floatTensor(file, prefix + slot.name, slot.shape));
  }
}

/** Weights alone, with PyTorch's names and layouts: `load_state_dict` takes them as they are. */
export function writeWeights(
  plan: ParameterPlan,
  flat: Float32Array,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensorsOf(plan, flat), { format: 'pt', ...metadata });
}

/** Fills a flat buffer with the weights of a file. */
export function readWeights(plan: ParameterPlan, flat: Float32Array, bytes: Uint8Array): void {
  fillFrom(plan, flat, readSafetensors(bytes));
}
