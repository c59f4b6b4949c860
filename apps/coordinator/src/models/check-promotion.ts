import type { PromotionSource } from '@starling/db';
import { AppError, isTrialFinished } from '@starling/domain';

/** What a promotable trial surely has. */
export type Promotable = PromotionSource & {
  validationAccuracy: number;
  overfittingGap: number;
  weightsSha256: string;
  weightsBytes: number;
};

function refuse(source: PromotionSource, message: string, fix: string): AppError {
  return new AppError('conflict', `trial ${source.trialNumber} ${message}`, {
    problems: [{ field: 'trialId', message, value: source.trialId, fix }],
  });
}

/** The trial, once it is sure that it may be promoted; throws `conflict` with the reason. */
export function checkPromotion(source: PromotionSource): Promotable {
  if (!isTrialFinished(source.status)) {
    throw refuse(source, `is ${source.status}`, 'wait until it ends, or stop it');
  }
  const { validationAccuracy, overfittingGap, weightsSha256, weightsBytes } = source;
  if (weightsSha256 === null || weightsBytes === null) {
    throw refuse(
      source,
      `is ${source.status} and left no weights`,
      'promote a trial that completed',
    );
  }
  if (validationAccuracy === null || overfittingGap === null) {
    throw refuse(source, 'was never measured', 'promote a trial with at least one epoch');
  }
  return { ...source, validationAccuracy, overfittingGap, weightsSha256, weightsBytes };
}
