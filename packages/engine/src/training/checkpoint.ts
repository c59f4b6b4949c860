import {
  type EpochReport,
  epochReportSchema,
  inputError,
  type NetworkSpec,
} from '@starling/domain';
import { z } from 'zod';
import type { ParameterPlan } from '../network/parameter-slots.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { fillFrom, tensorsOf } from './weights-file.ts';

const FORMAT = 'starling-checkpoint/1';

const stateSchema = z.object({
  seed: z.number(),
  epoch: z.int().nonnegative(),
  step: z.int().nonnegative(),
  bestEpoch: z.int().nonnegative(),
  history: z.array(epochReportSchema),
});

/**
 * All that training goes on from: with it, a resumed run ends as an uninterrupted one, bit for
 * bit. Flat buffers are of the plan's layout.
 */
export interface TrainingState {
  seed: number;
  /** Epochs finished. */
  epoch: number;
  /** Optimizer steps taken. */
  step: number;
  /** 0 before the first epoch. */
  bestEpoch: number;
  history: EpochReport[];
  weights: Float32Array;
  bestWeights: Float32Array;
  /** The optimizer's buffers, by name. */
  optimizer: { name: string; values: Float32Array }[];
}

/** A checkpoint as a safetensors file: `model.`, `best.` and `optimizer.<state>.` tensors. */
export function writeCheckpoint(
  plan: ParameterPlan,
  network: NetworkSpec,
  state: TrainingState,
): Uint8Array<ArrayBuffer> {
  const { seed, epoch, step, bestEpoch, history } = state;
  return writeSafetensors(
    [
      ...tensorsOf(plan, state.weights, 'model.'),
      ...tensorsOf(plan, state.bestWeights, 'best.'),
      ...state.optimizer.flatMap(({ name, values }) =>
        tensorsOf(plan, values, `optimizer.${name}.`),
      ),
    ],
    {
      format: FORMAT,
      network: JSON.stringify(network),
      state: JSON.stringify({ seed, epoch, step, bestEpoch, history }),
    },
  );
}

function refuse(field: string, message: string, value: unknown): never {
  throw inputError('invalid-input', [
    {
      field: `checkpoint.${field}`,
      message,
      value: String(value),
      fix: 'resume the trial from a checkpoint of its own, or start it afresh',
    },
  ]);
}

/**
 * Fills a state from a checkpoint of the same network, seed and optimizer; throws an
 * `invalid-input` AppError for any other.
 */
export function readCheckpoint(
  plan: ParameterPlan,
  network: NetworkSpec,
  state: TrainingState,
  bytes: Uint8Array,
): void {
  const file = readSafetensors(bytes);
  const { format, network: spec, state: text } = file.metadata;
  if (format !== FORMAT) refuse('format', `the format is not ${FORMAT}`, format);
  if (spec !== JSON.stringify(network)) refuse('network', 'it is of another network', spec);
  const counters = parseState(text);
  if (counters.seed !== state.seed) refuse('seed', 'it is of another seed', counters.seed);
  fillFrom(plan, state.weights, file, 'model.');
  fillFrom(plan, state.bestWeights, file, 'best.');
  for (const { name, values } of state.optimizer) {
    fillFrom(plan, values, file, `optimizer.${name}.`);
  }
  Object.assign(state, counters);
}

function parseState(text: string | undefined): z.infer<typeof stateSchema> {
  try {
    const parsed = stateSchema.safeParse(JSON.parse(text ?? ''));
    if (parsed.success && parsed.data.history.length === parsed.data.epoch) return parsed.data;
  } catch {
    // Said below.
  }
  return refuse('state', 'the counters are damaged', text);
}
