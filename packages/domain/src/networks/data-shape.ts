import { z } from 'zod';

const count = z.number().int().min(1);

/** What one observation of a data set looks like, and how many classes there are. */
export const dataShapeSchema = z.discriminatedUnion('kind', [
  /** `channels` series of `length` samples, stored channel by channel. */
  z.strictObject({
    kind: z.literal('signal'),
    channels: count,
    length: count,
    classes: z.number().int().min(2),
  }),
  /**
   * Up to `maxSteps` steps of `features` values, stored step by step. `variable: false` says
   * that every observation has exactly `maxSteps`; otherwise lengths differ.
   */
  z.strictObject({
    kind: z.literal('sequence'),
    features: count,
    maxSteps: count,
    classes: z.number().int().min(2),
    variable: z.boolean().optional(),
  }),
]);
export type DataShape = z.infer<typeof dataShapeSchema>;

export const dataKinds = ['signal', 'fixed-sequence', 'variable-sequence'] as const;
export type DataKind = (typeof dataKinds)[number];

export function dataKindOf(shape: DataShape): DataKind {
  if (shape.kind === 'signal') return 'signal';
  return shape.variable === false ? 'fixed-sequence' : 'variable-sequence';
}
