import { type ConfusionMatrix, describeNetwork, type NetworkSpec } from '@starling/domain';
import { longestRow, type Split } from '../data/training-data.ts';
import { areaUnderCurve } from '../training/area-under-curve.ts';
import { indexOfLargest, type Measure } from '../training/evaluate.ts';
import { macroF1Of } from '../training/macro-f1.ts';
import type { LaneSplit } from './lane-batch.ts';
import { countLanes } from './lane-objective.ts';
import { forwardLanes, type LaneWeights, type LaneWorkshop, lanesOf } from './lane-step.ts';
import type { Tensor } from './tensor.ts';

/** Values of all activations that one evaluation may have: 64 MiB. */
const MOST_VALUES = 1 << 24;
const LEAST_ROWS = 16;

/** A split, where it lies, and how many of its rows all lanes look at together. */
export interface Evaluated {
  rows: LaneSplit;
  split: Split;
  classes: number;
  rowsAtOnce: number;
}

/** Rows that all lanes evaluate at once. */
export function evaluationRows(spec: NetworkSpec, split: Split, lanes: number): number {
  const steps = longestRow(split);
  const { activationBytes } = describeNetwork(spec, { steps });
  const rows = Math.floor(MOST_VALUES / lanes / Math.max(1, activationBytes / 4));
  return Math.min(split.rows, Math.max(LEAST_ROWS, rows));
}

/** By how much class 1 is likelier, a logit a row, where there are two classes. */
class Gaps {
  readonly #parts: { values: Tensor; count: number; order: readonly number[] | undefined }[] = [];

  add(workshop: LaneWorkshop, logits: Tensor, order: readonly number[] | undefined): Tensor {
    const { ops } = workshop;
    const [zero, one] = ops.split(logits, [1, 1], 2) as [Tensor, Tensor];
    const values = ops.sub(one, zero);
    this.#parts.push({ values, count: logits.shape[1] as number, order });
    return values;
  }

  /** [lanes][rows]; disposes what was kept. */
  async read(lanes: number, rows: number): Promise<Float32Array[]> {
    const all = Array.from({ length: lanes }, () => new Float32Array(rows));
    let start = 0;
    for (const { values, count, order } of this.#parts) {
      const found = await values.data<'float32'>();
      for (const [lane, own] of all.entries()) {
        for (let row = 0; row < count; row++) {
          own[order?.[row] ?? start + row] = found[lane * count + row] as number;
        }
      }
      start += count;
    }
    this.dispose();
    return all;
  }

  dispose(): void {
    for (const { values } of this.#parts) values.dispose();
    this.#parts.length = 0;
  }
}

/** Mean loss of every lane on a split, and how right its rows are; not finite where it diverged. */
export async function measureLanes(
  workshop: LaneWorkshop,
  weights: LaneWeights,
  { rows, split, classes, rowsAtOnce }: Evaluated,
): Promise<Measure[]> {
  const { ops } = workshop;
  const { tf } = ops;
  const lanes = lanesOf(weights);
  const columns = 2 + 2 * classes;
  const gaps = new Gaps();
  let counts: Tensor = tf.zeros([lanes, columns]);
  try {
    for (let start = 0; start < rows.rows; start += rowsAtOnce) {
      const before = counts;
      counts = tf.tidy(() => {
        const batch = rows.evaluation(start, Math.min(rowsAtOnce, rows.rows - start));
        const logits = forwardLanes(workshop, weights, batch);
        const wanted = tf.oneHot(batch.labels, classes, 1, 0, 'float32');
        if (classes === 2) tf.keep(gaps.add(workshop, logits, batch.order));
        return ops.add(before, countLanes(ops, logits, wanted));
      });
      before.dispose();
    }
    const values = await counts.data<'float32'>();
    const scores = classes === 2 ? await gaps.read(lanes, split.rows) : [];
    const labels = split.y.subarray(0, split.rows);
    const actual = new Array<number>(classes).fill(0);
    for (const label of labels) actual[label] = (actual[label] ?? 0) + 1;
    return Array.from({ length: lanes }, (_, lane): Measure => {
      const [loss = 0, correct = 0, ...told] = values.subarray(
        lane * columns,
        (lane + 1) * columns,
      );
      const tally = [...told.slice(0, classes), ...actual, ...told.slice(classes)];
      const own = scores[lane];
      return {
        loss: loss / split.rows,
        accuracy: correct / split.rows,
        macroF1: macroF1Of(tally, classes),
        auc: own === undefined ? null : areaUnderCurve(own, labels),
      };
    });
  } finally {
    gaps.dispose();
    counts.dispose();
  }
}

/** What the best weights of a lane do on the validation split. */
export interface LaneEvaluation {
  confusionMatrix: ConfusionMatrix;
  auc: number | null;
}

/** Looks at every row of a split with every lane's weights, which it leaves alone. */
export async function evaluateLanes(
  workshop: LaneWorkshop,
  weights: LaneWeights,
  { rows, split, classes, rowsAtOnce }: Evaluated,
): Promise<LaneEvaluation[]> {
  const { tf } = workshop.ops;
  const lanes = lanesOf(weights);
  const found = Array.from({ length: lanes }, () => ({
    confusionMatrix: Array.from({ length: classes }, () => new Array<number>(classes).fill(0)),
    scores: new Float32Array(classes === 2 ? split.rows : 0),
  }));
  for (let start = 0; start < split.rows; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, split.rows - start);
    let order: readonly number[] | undefined;
    const logits = tf.tidy(() => {
      const batch = rows.evaluation(start, count);
      order = batch.order;
      return forwardLanes(workshop, weights, batch);
    });
    const values = await logits.data<'float32'>();
    logits.dispose();
    for (const [lane, { confusionMatrix, scores }] of found.entries()) {
      for (let row = 0; row < count; row++) {
        const at = (lane * count + row) * classes;
        const index = order?.[row] ?? start + row;
        const counts = confusionMatrix[split.y[index] as number] as number[];
        const predicted = indexOfLargest(values, at, classes);
        counts[predicted] = (counts[predicted] ?? 0) + 1;
        if (classes === 2) scores[index] = (values[at + 1] as number) - (values[at] as number);
      }
    }
  }
  const labels = split.y.subarray(0, split.rows);
  return found.map(({ confusionMatrix, scores }) => ({
    confusionMatrix,
    auc: classes === 2 ? areaUnderCurve(scores, labels) : null,
  }));
}
