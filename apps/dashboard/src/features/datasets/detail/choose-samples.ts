import type { DataShape, DatasetSample } from '@starling/domain';

/** Numbers that a page asks for at once, and samples at most and at least. */
const NUMBERS_AT_MOST = 100_000;
const SAMPLES_AT_MOST = 60;
const SAMPLES_AT_LEAST = 12;
/** Drawings in sight at once. */
const SHOWN_AT_MOST = 12;

/** How many samples to ask for: enough to see classes, never megabytes. */
export function sampleLimit(shape: DataShape): number {
  const size =
    shape.kind === 'signal' ? shape.channels * shape.length : shape.features * shape.maxSteps;
  const fitting = Math.floor(NUMBERS_AT_MOST / size);
  return Math.min(SAMPLES_AT_MOST, Math.max(SAMPLES_AT_LEAST, fitting));
}

/** Sets of drawings that can be shown one after the other. */
export function countTurns(
  samples: readonly DatasetSample[],
  classNames: readonly string[],
): number {
  const perClass = perClassOf(classNames);
  if (perClass === 0) return Math.max(1, Math.ceil(samples.length / SHOWN_AT_MOST));
  const most = Math.max(0, ...groupByClass(samples, classNames).map((group) => group.length));
  return Math.max(1, Math.ceil(most / perClass));
}

/**
 * Samples of one turn, classes in their order; each class shows others at each turn and starts
 * over when it has no more. With many classes: simply the next ones.
 */
export function chooseSamples(
  samples: readonly DatasetSample[],
  classNames: readonly string[],
  turn: number,
): DatasetSample[] {
  const perClass = perClassOf(classNames);
  if (perClass === 0) return samples.slice(turn * SHOWN_AT_MOST, (turn + 1) * SHOWN_AT_MOST);
  return groupByClass(samples, classNames).flatMap((group) =>
    Array.from({ length: Math.min(perClass, group.length) }, (_, at) => {
      const sample = group[(turn * perClass + at) % group.length];
      return sample === undefined ? [] : [sample];
    }).flat(),
  );
}

/** Drawings of each class; 0 where there are too many classes for one each. */
function perClassOf(classNames: readonly string[]): number {
  const fitting = Math.floor(SHOWN_AT_MOST / Math.max(1, classNames.length));
  return Math.min(4, fitting);
}

function groupByClass(
  samples: readonly DatasetSample[],
  classNames: readonly string[],
): DatasetSample[][] {
  return classNames
    .map((name) => samples.filter((sample) => sample.className === name))
    .filter((group) => group.length > 0);
}
