import { z } from 'zod';
import { failureReasonSchema, trialOutcomeSchema } from './trial-status.ts';

/** counts[actual][predicted] over the validation split at the best epoch. */
export const confusionMatrixSchema = z.array(z.array(z.int().nonnegative()));
export type ConfusionMatrix = z.infer<typeof confusionMatrixSchema>;

/** What a worker says at a trial's end. */
export const trialResultSchema = z.object({
  outcome: trialOutcomeSchema,
  /** Why, in words; for a failure what broke, for a stop what the verdict said. */
  reason: z.string().nullable(),
  failureReason: failureReasonSchema.nullable(),
  confusionMatrix: confusionMatrixSchema.nullable(),
  /** Area under the ROC curve on the validation split at the best epoch; two classes only. */
  validationAuc: z.number().min(0).max(1).nullable(),
  /** sha256 of the best epoch's weights (safetensors), stored before this is sent. */
  weightsSha256: z.string().nullable(),
  weightsBytes: z.int().nonnegative().nullable(),
});
export type TrialResult = z.infer<typeof trialResultSchema>;
