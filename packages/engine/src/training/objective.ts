import { type ClassWeightKind, type Configuration, numberIn, textIn } from '@starling/domain';

/** What training makes small; reports always have the plain cross-entropy of the rows. */
export interface Objective {
  /** Share of each target that is spread over all classes; PyTorch's `label_smoothing`. */
  labelSmoothing: number;
  /** One a class; PyTorch's `weight`, whose mean is by the weights of the rows. */
  classWeights: readonly number[];
}

/** The objective of a resolved configuration; undefined where it is the plain cross-entropy. */
export function objectiveOf(
  configuration: Configuration,
  labels: ArrayLike<number>,
  classes: number,
): Objective | undefined {
  const labelSmoothing = numberIn(configuration, 'labelSmoothing');
  const kind = textIn(configuration, 'classWeights') as ClassWeightKind;
  if (labelSmoothing === 0 && kind === 'none') return undefined;
  const classWeights =
    kind === 'balanced' ? balancedWeights(labels, classes) : new Array<number>(classes).fill(1);
  return { labelSmoothing, classWeights };
}

/** rows / (classes · rows of the class), scikit-learn's `balanced`; 1 for a class without rows. */
export function balancedWeights(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts.map((count) => (count === 0 ? 1 : labels.length / (classes * count)));
}
