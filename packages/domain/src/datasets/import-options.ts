import { z } from 'zod';
import { datasetNameSchema } from './dataset-summary.ts';

const shares = z
  .strictObject({
    train: z.number().positive(),
    validation: z.number().positive(),
    test: z.number().nonnegative(),
  })
  .refine((split) => Math.abs(split.train + split.validation + split.test - 1) < 1e-6, {
    message: 'the three shares must add up to 1, for example 0.8/0.1/0.1',
  });

/** Reads `0.8/0.1/0.1` or `80/10/10` as shares of train, validation and test. */
export function parseSplitShares(
  text: string,
): { train: number; validation: number; test: number } | undefined {
  const parts = text.split('/').map(Number);
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => !Number.isFinite(part)))
    return undefined;
  const total = parts.reduce((sum, part) => sum + part, 0);
  const scale = Math.abs(total - 100) < 1e-6 ? 100 : 1;
  const [train = 0, validation = 0, test = 0] = parts.map((part) => part / scale);
  return { train, validation, test };
}

/** How files become a data set. `files` name staged uploads by their role. */
export const importOptionsSchema = z.strictObject({
  name: datasetNameSchema,
  format: z.enum(['csv', 'jsonl']).default('csv'),
  files: z.union([
    z.strictObject({
      train: z.string().min(1),
      validation: z.string().min(1),
      test: z.string().min(1).optional(),
    }),
    z.strictObject({ all: z.string().min(1) }),
  ]),
  /** CSV: the label's column. JSON Lines: the label's key (default `label`). */
  label: z.string().min(1),
  /** Columns to leave out. */
  ignore: z.array(z.string().min(1)).default([]),
  /** Column (or key) whose equal values stay on one side of the split. */
  group: z.string().min(1).optional(),
  split: shares.default({ train: 0.8, validation: 0.1, test: 0.1 }),
  seed: z.int().min(0).max(0xffffffff).default(1),
});
export type ImportOptions = z.output<typeof importOptionsSchema>;
export type ImportOptionsInput = z.input<typeof importOptionsSchema>;

/** Largest single uploaded file, in bytes (1 GiB). */
export const maximumUploadBytes = 1024 ** 3;

export const importProgressSchema = z.object({
  stage: z.enum(['reading', 'splitting', 'writing', 'done']),
  rows: z.int().nonnegative(),
  bytesRead: z.int().nonnegative(),
  totalBytes: z.int().nonnegative(),
});
export type ImportProgress = z.infer<typeof importProgressSchema>;
