import type { ConfusionMatrix } from '@starling/domain';

export interface ClassScore {
  /** Of those called this class, the share that is; null where none was called so. */
  precision: number | null;
  /** Of those that are this class, the share called so; null where there is none. */
  recall: number | null;
  /** Harmonic mean of both; null where neither is known, 0 where nothing was right. */
  f1: number | null;
  /** Observations of this class. */
  support: number;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Scores of every class of `counts[actual][predicted]`, in class order. */
export function scoreClasses(counts: ConfusionMatrix): ClassScore[] {
  return counts.map((row, index) => {
    const right = row[index] ?? 0;
    const support = sum(row);
    const called = sum(counts.map((other) => other[index] ?? 0));
    const wrong = support + called - 2 * right;
    return {
      precision: share(right, called),
      recall: share(right, support),
      f1: share(2 * right, 2 * right + wrong),
      support,
    };
  });
}

/** Unweighted means over the classes that have a value. */
export function averageScores(scores: readonly ClassScore[]): Omit<ClassScore, 'support'> {
  const mean = (read: (score: ClassScore) => number | null): number | null => {
    const known = scores.map(read).filter((value) => value !== null);
    return known.length === 0 ? null : sum(known) / known.length;
  };
  return {
    precision: mean((score) => score.precision),
    recall: mean((score) => score.recall),
    f1: mean((score) => score.f1),
  };
}

/** Each row as shares of its actual class; rows without observations stay empty. */
export function toRates(counts: ConfusionMatrix): (number | null)[][] {
  return counts.map((row) => row.map((count) => share(count, sum(row))));
}

/**
 * Deepest tint of a cell, in percent. On a deeper one neither the page's ink nor its opposite
 * reaches a contrast of 4.5 over the whole range, in one theme or the other.
 */
const deepestTint = 55;

/** Tint of a cell in percent of its colour, for text in the page's ink; mistakes show sooner. */
export function tintOf(rate: number | null, isRight: boolean): number {
  const strength = (rate ?? 0) * (isRight ? 1 : 1.4);
  return Math.round(Math.min(1, strength) * deepestTint);
}
