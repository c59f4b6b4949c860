import type { ConfusionMatrix } from '@starling/domain';
import type { Split } from '../data/training-data.ts';
import type { Pass } from '../network/batch.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import type { Session } from './create-session.ts';

const EVALUATION: Pass = { isTraining: false, epoch: 0, step: 0 };

/** Mean loss and share of right rows of a split. */
export interface Measure {
  loss: number;
  accuracy: number;
}

export interface Evaluation extends Measure {
  /** counts[actual][predicted] */
  confusionMatrix: ConfusionMatrix;
  /** Area under the ROC curve of class 1; null unless there are two classes, both seen. */
  auc: number | null;
}

/** Rows 0 to `rows` - 1, in order. */
export function rowsInOrder(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row);
}

/** Calls `see` with every batch of a split, in order, after the forward pass. */
function forEachBatch(
  session: Session,
  split: Split,
  order: Uint32Array,
  see: (rows: number) => void,
): void {
  const { network, loader } = session;
  const { rows: capacity } = network.workshop.capacity;
  for (let start = 0; start < split.rows; start += capacity) {
    const count = Math.min(capacity, split.rows - start);
    network.forward(loader.load(split, order, start, count), EVALUATION);
    see(count);
  }
}

/** Loss and accuracy of the present weights, without dropout. */
export function measure(session: Session, split: Split, order: Uint32Array): Measure {
  const { kernels, network, loader, sums } = session;
  const { logits, spec } = network;
  kernels.clear(sums, 4);
  forEachBatch(session, split, order, (rows) => {
    kernels.softmaxCrossEntropy(
      0,
      0,
      logits.value,
      logits.stride,
      loader.labels,
      rows,
      spec.classes,
      sums,
    );
  });
  const [loss = 0, correct = 0] = kernels.arena.doubles(sums, 2);
  return { loss: loss / split.rows, accuracy: correct / split.rows };
}

/** All that is worth knowing of the present weights on a split. */
export function evaluateFully(session: Session, split: Split): Evaluation {
  const { kernels, network, loader, sums, probabilities } = session;
  const { logits, spec } = network;
  const { classes } = spec;
  const confusionMatrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const scores = classes === 2 ? new Float32Array(split.rows) : undefined;
  kernels.clear(sums, 4);
  forEachBatch(session, split, rowsInOrder(split.rows), (rows) => {
    kernels.softmaxCrossEntropy(
      0,
      probabilities,
      logits.value,
      logits.stride,
      loader.labels,
      rows,
      classes,
      sums,
    );
    const values = kernels.arena.floats(probabilities, rows * logits.stride);
    const largest = kernels.arena.floats(logits.value, rows * logits.stride);
    for (let row = 0; row < rows; row++) {
      const index = loader.rowIndex[row] as number;
      const actual = confusionMatrix[split.y[index] as number] as number[];
      const predicted = indexOfLargest(largest, row * logits.stride, classes);
      actual[predicted] = (actual[predicted] ?? 0) + 1;
      if (scores !== undefined) scores[index] = values[row * logits.stride + 1] as number;
    }
  });
  const [loss = 0, correct = 0] = kernels.arena.doubles(sums, 2);
  return {
    loss: loss / split.rows,
    accuracy: correct / split.rows,
    confusionMatrix,
    auc: scores === undefined ? null : areaUnderCurve(scores, split.y.subarray(0, split.rows)),
  };
}

/** Position of the largest of `count` values from `start`, the first among equals. */
export function indexOfLargest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if ((values[start + index] as number) > (values[start + best] as number)) best = index;
  }
  return best;
}
