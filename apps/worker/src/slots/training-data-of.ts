import { type OpenDataset, type Split as StoredSplit } from '@starling/datasets';
import type { Split, TrainingData } from '@starling/engine';

/** The stored indices are never negative, so the same bytes serve as unsigned numbers. */
const unsigned = (values: Int32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

function splitOf(split: StoredSplit): Split {
  if (split.kind === 'dense') return split;
  const { rows, features, y } = split;
  const base = { kind: 'ragged' as const, rows, features, y, offsets: unsigned(split.offsets) };
  if (split.content === 'steps') return { ...base, x: split.x };
  const { codeOffsets, codes } = split;
  return { ...base, codes: { codeOffsets: unsigned(codeOffsets), codes: unsigned(codes) } };
}

/** A stored data set as the engine takes it: views of the same memory, no copies, no test split. */
export function trainingDataOf(dataset: OpenDataset): TrainingData {
  return {
    train: splitOf(dataset.split('train')),
    validation: splitOf(dataset.split('validation')),
    classes: dataset.shape.classes,
    shape: dataset.shape,
    standardisation: dataset.standardisation,
  };
}
