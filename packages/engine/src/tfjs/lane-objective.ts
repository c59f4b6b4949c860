import type { Objective } from '../training/objective.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

/** The losses of a batch, of all lanes at once; lives until `dispose`. */
export interface LaneObjective {
  /**
   * `labels` is [lanes · rows]. Gives the mean loss of each lane's batch, [lanes], and the gradient
   * of the logits, [lanes, rows, classes].
   */
  learn(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor };
  dispose(): void;
}

/**
 * Targets by label, [lanes, classes, classes], the gradient being total · p - target, and what the
 * rows of each label weigh in the mean, [lanes, classes]; see `weightedCrossEntropy` of the kernels.
 */
function tablesOf(objectives: readonly (Objective | undefined)[], classes: number) {
  const targets = new Float32Array(objectives.length * classes * classes);
  const weights = new Float32Array(objectives.length * classes);
  objectives.forEach((objective, lane) => {
    const smoothing = objective?.labelSmoothing ?? 0;
    const weightOf = (k: number): number => objective?.classWeights[k] ?? 1;
    for (let label = 0; label < classes; label++) {
      weights[lane * classes + label] = weightOf(label);
      for (let k = 0; k < classes; k++) {
        const own = k === label ? (1 - smoothing) * weightOf(label) : 0;
        targets[(lane * classes + label) * classes + k] = (smoothing / classes) * weightOf(k) + own;
      }
    }
  });
  return { targets, weights };
}

/** The objective of every lane; undefined is the plain cross-entropy. */
export function createLaneObjective(
  ops: Ops,
  objectives: readonly (Objective | undefined)[],
  classes: number,
): LaneObjective {
  const { tf } = ops;
  const lanes = objectives.length;
  const isPlain = objectives.every((objective) => objective === undefined);
  const { targets, weights } = tablesOf(objectives, classes);
  const count = isPlain ? 1 : lanes;
  const targetTable = tf.keep(
    tf.tensor(targets.subarray(0, count * classes ** 2), [count * classes, classes]),
  );
  const weightTable = isPlain ? undefined : tf.keep(tf.tensor(weights, [lanes * classes, 1]));
  const offsets = isPlain
    ? undefined
    : tf.keep(
        tf.tensor(
          Int32Array.from({ length: lanes }, (_, lane) => lane * classes),
          [lanes, 1],
          'int32',
        ),
      );

  return {
    learn(logits, labels) {
      const [, rows = 1] = logits.shape;
      const flat = ops.reshape(logits, [lanes * rows, classes]);
      if (offsets === undefined || weightTable === undefined) {
        const [losses, gradient] =
          ops.native?.crossEntropy(flat, labels) ??
          plainCrossEntropy(ops, flat, ops.gather(targetTable, labels));
        const share = ops.scalar(1 / rows);
        return {
          losses: ops.mul(ops.sum(ops.reshape(losses, [lanes, rows]), [1]), share),
          gradient: ops.mul(ops.reshape(gradient, logits.shape), share),
        };
      }
      const inTable = ops.reshape(ops.add(ops.reshape(labels, [lanes, rows]), offsets), [
        lanes * rows,
      ]);
      const wanted = ops.reshape(ops.gather(targetTable, inTable), logits.shape);
      const weight = ops.sum(
        ops.reshape(ops.gather(weightTable, inTable), [lanes, rows, 1]),
        [1],
        true,
      );
      const { shifted, raised, sum } = exponentials(ops, logits);
      const total = ops.sum(wanted, [2], true);
      const minusLogs = ops.sub(ops.log(sum), shifted);
      const losses = ops.sum(ops.mul(wanted, minusLogs), [1, 2]);
      const gradient = ops.sub(ops.mul(total, ops.div(raised, sum)), wanted);
      return {
        losses: ops.div(losses, ops.reshape(weight, [lanes])),
        gradient: ops.div(gradient, weight),
      };
    },
    dispose() {
      targetTable.dispose();
      weightTable?.dispose();
      offsets?.dispose();
    },
  };
}

function exponentials(ops: Ops, logits: Tensor) {
  const axis = logits.shape.length - 1;
  const shifted = ops.sub(logits, ops.max(logits, [axis], true));
  const raised = ops.exp(shifted);
  return { shifted, raised, sum: ops.sum(raised, [axis], true) };
}

/** Losses [rows] and gradients of their sum; `wanted` is one-hot, [rows, classes]. */
function plainCrossEntropy(ops: Ops, logits: Tensor, wanted: Tensor): [Tensor, Tensor] {
  const { shifted, raised, sum } = exponentials(ops, logits);
  const losses = ops.sum(ops.mul(wanted, ops.sub(ops.log(sum), shifted)), [1]);
  return [losses, ops.sub(ops.div(raised, sum), wanted)];
}

/**
 * What rows that all lanes share add to the counts of a lane, [lanes, 2 + 2 · classes]: the sum of
 * the plain losses, right rows, and of each class rows that are rightly told and that are told at
 * all. `wanted` is one-hot, [rows, classes]. A row is told as the class of its largest logit, the
 * first among equals.
 */
export function countLanes(ops: Ops, logits: Tensor, wanted: Tensor): Tensor {
  const { tf } = ops;
  const [lanes = 1, rows = 1, classes = 1] = logits.shape;
  const { shifted, sum } = exponentials(ops, logits);
  const own = ops.sum(ops.mul(shifted, wanted), [2], true);
  const losses = ops.sum(ops.sub(ops.log(sum), own), [1]);
  const told = ops.reshape(
    tf.oneHot(ops.reshape(tf.argMax(logits, 2), [lanes * rows]), classes, 1, 0, 'float32'),
    [lanes, rows, classes],
  );
  const right = ops.sum(ops.mul(told, wanted), [1]);
  return ops.concat([losses, ops.sum(right, [1], true), right, ops.sum(told, [1])], 1);
}
