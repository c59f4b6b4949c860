import { z } from 'zod';
import { datasetIdSchema } from '../ids.ts';
import { dataShapeSchema } from '../networks/data-shape.ts';

export const datasetNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'use 1 to 63 lower-case letters, digits, dots, dashes or underscores',
  );

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

export const splitSummarySchema = z.object({
  rows: z.int().nonnegative(),
  /** Rows of each class, in the order of `classNames`. */
  perClass: z.array(z.int().nonnegative()),
});

export const datasetSummarySchema = z.object({
  id: datasetIdSchema,
  name: datasetNameSchema,
  /** sha256 of the stored file; the same data is stored once. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  shape: dataShapeSchema,
  /** Labels as written by the user, in class order. */
  classNames: z.array(z.string()),
  /** Names of the columns, for a signal from CSV; else empty. */
  featureNames: z.array(z.string()),
  splits: z.object({
    train: splitSummarySchema,
    validation: splitSummarySchema,
    test: splitSummarySchema.nullable(),
  }),
  source: z.enum(['upload', 'built-in']),
  /** True for generated data: pages and tables say so wherever it is named. */
  isSynthetic: z.boolean(),
  /** How it was made or split, in words. */
  description: z.string(),
  createdAt: z.iso.datetime(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

export const builtInDatasets = ['eeg-synthetic', 'digits'] as const;
export type BuiltInDataset = (typeof builtInDatasets)[number];

/** One observation as the user's own values, for previews and the "try it" panel. */
export const datasetSampleSchema = z.object({
  index: z.int().nonnegative(),
  className: z.string(),
  /** Flat row of a signal, or of a fixed-length sequence in time order. */
  values: z.array(z.number()),
  /** Steps of a variable-length sequence; null else. */
  steps: z.array(z.array(z.number())).nullable(),
  /** Names of the codes of each step, where steps are sets of codes (`steps` holds 0 and 1). */
  codes: z.array(z.array(z.string())).optional(),
});
export type DatasetSample = z.infer<typeof datasetSampleSchema>;
