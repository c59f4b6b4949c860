import { z } from 'zod';
import type { EpochReport } from './epoch-report.ts';
import { bestEpochOf } from './epoch-report.ts';

export const diagnosisKinds = [
  'high-bias',
  'high-variance',
  'diverged',
  'still-improving',
  'healthy',
  'unknown',
] as const;
export const diagnosisSchema = z.object({
  kind: z.enum(diagnosisKinds),
  /** The rule that said so, with its numbers. */
  reason: z.string(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** Thresholds of the rules, in accuracy (0..1). */
export const diagnosisRules = {
  /** Gap at the best epoch from which variance is the problem. */
  gap: 0.1,
  /** Fall of the validation accuracy from its best to the last epoch that counts as overfitting. */
  fallFromBest: 0.05,
  /** Train accuracy, rescaled so that chance is 0 and perfect is 1, under which bias is the problem. */
  trainSkill: 0.6,
  /** Share of the epochs at the end within which the best must lie to be still improving. */
  tail: 0.1,
  /** Slope of validation accuracy an epoch over the last quarter that counts as improving. */
  slope: 0.002,
} as const;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const points = (share: number): string => `${(share * 100).toFixed(1)} points`;

/** Least-squares slope of validation accuracy over the last quarter of the epochs (at least 3). */
function tailSlope(reports: readonly EpochReport[]): number {
  const tail = reports.slice(-Math.max(3, Math.ceil(reports.length / 4)));
  const n = tail.length;
  const meanX = (n - 1) / 2;
  const meanY = tail.reduce((sum, report) => sum + report.validationAccuracy, 0) / n;
  let covariance = 0;
  let variance = 0;
  tail.forEach((report, x) => {
    covariance += (x - meanX) * (report.validationAccuracy - meanY);
    variance += (x - meanX) ** 2;
  });
  return variance === 0 ? 0 : covariance / variance;
}

/**
 * Names what limits a trial, by its curves. Rules in order: diverged, high variance,
 * still improving, high bias, healthy.
 */
export function diagnose(
  reports: readonly EpochReport[],
  context: { classes: number; hasDiverged: boolean },
): Diagnosis {
  const best = bestEpochOf(reports);
  const last = reports.at(-1);
  if (context.hasDiverged) {
    const epoch = last === undefined ? 1 : last.epoch;
    return {
      kind: 'diverged',
      reason: `the loss stopped being a finite number after epoch ${epoch}; lower the learning rate`,
    };
  }
  if (best === undefined || last === undefined) {
    return { kind: 'unknown', reason: 'no epoch was finished' };
  }
  const gap = best.trainAccuracy - best.validationAccuracy;
  if (gap >= diagnosisRules.gap) {
    return {
      kind: 'high-variance',
      reason: `train accuracy is ${points(gap)} above validation at the best epoch (limit ${points(diagnosisRules.gap)}); regularise, simplify or add data`,
    };
  }
  const fall = best.validationAccuracy - last.validationAccuracy;
  const lastGap = last.trainAccuracy - last.validationAccuracy;
  if (lastGap >= diagnosisRules.gap && fall >= 0) {
    return {
      kind: 'high-variance',
      reason: `after epoch ${best.epoch} the gap grew to ${points(lastGap)} while validation did not improve; stop earlier or regularise`,
    };
  }
  const slope = tailSlope(reports);
  const isBestLate = best.epoch > last.epoch * (1 - diagnosisRules.tail);
  if (reports.length >= 3 && isBestLate && slope >= diagnosisRules.slope) {
    return {
      kind: 'still-improving',
      reason: `validation accuracy still rose by ${points(slope)} an epoch at the end; train longer`,
    };
  }
  const chance = 1 / Math.max(2, context.classes);
  const skill = (best.trainAccuracy - chance) / (1 - chance);
  if (skill < diagnosisRules.trainSkill) {
    return {
      kind: 'high-bias',
      reason: `train accuracy is only ${percent(best.trainAccuracy)} at the best epoch; a larger network, other inputs or a better learning rate may help`,
    };
  }
  return {
    kind: 'healthy',
    reason: `train accuracy ${percent(best.trainAccuracy)}, gap ${points(gap)}: neither bias nor variance stands out`,
  };
}
