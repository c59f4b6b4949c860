import { type Configuration, configurationSchema, trialOutcomeSchema } from '@starling/domain';
import { z } from 'zod';

/** What a sampler learns of a trial that has ended. */
export const finishedTrialSchema = z.object({
  number: z.int().min(1),
  configuration: configurationSchema,
  outcome: trialOutcomeSchema,
  /** At the trial's best validation epoch; null where no epoch was finished. */
  validationAccuracy: z.number().nullable(),
  overfittingGap: z.number().nullable(),
  epochs: z.int().nonnegative(),
});
export type FinishedTrial = z.output<typeof finishedTrialSchema>;

/**
 * Everything that a sampler remembers, as plain data. Samplers that learn nothing
 * (`random`, `grid`) keep only how many trials they were told: the history watermark of a
 * decision.
 */
export const samplerStateSchema = z.object({
  kind: z.enum(['random', 'grid']),
  told: z.int().nonnegative(),
});
export type SamplerState = z.output<typeof samplerStateSchema>;

export interface AskRequest {
  /** Numbers of the trials to propose, from 1; each gets one suggestion, in this order. */
  numbers: readonly number[];
  /** Proposed but not yet told. Samplers that learn nothing do not look at it. */
  pending: readonly { number: number; configuration: Configuration }[];
}

export interface Suggestion {
  number: number;
  /** Whole: checked, defaults filled in; `epochs` absent unless the space or point names it. */
  configuration: Configuration;
  /** Why this one, in words for the trial's page. */
  reason: string;
  /** 32-bit random words drawn for it: the generator's counter in the decision's record. */
  drawn: number;
}

export interface AskAnswer {
  /** As many as numbers asked for, or fewer where the space is exhausted. */
  suggestions: Suggestion[];
  /** No number above the last suggested one will ever get a suggestion: the sweep is done early. */
  isExhausted: boolean;
}

/**
 * Proposes configurations. Order of calls: `start`, then `tell` for every ended trial and
 * `ask` at will. All are pure: state changes only by `tell`, which returns the new one and
 * leaves its argument alone; the same state and request give the same answer in any process.
 * `ask` throws RangeError for a number below 1, and nothing else for a space that passed
 * `checkSpace`.
 */
export interface Sampler {
  readonly kind: SamplerState['kind'];
  start(): SamplerState;
  tell(state: SamplerState, finished: FinishedTrial): SamplerState;
  ask(state: SamplerState, request: AskRequest): AskAnswer;
}
