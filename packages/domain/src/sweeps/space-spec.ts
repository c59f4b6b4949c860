import { z } from 'zod';

/** A value of one hyperparameter. */
export const parameterValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type ParameterValue = z.infer<typeof parameterValueSchema>;

/** Flat hyperparameters of one trial; `family` names the branch. */
export const configurationSchema = z
  .record(z.string(), parameterValueSchema)
  .and(z.object({ family: z.string() }));
export type Configuration = z.infer<typeof configurationSchema>;

/** The parameter exists only where the named siblings have one of the values. */
const whenSchema = z
  .record(z.string(), z.union([parameterValueSchema, z.array(parameterValueSchema).min(1)]))
  .optional();

const floatRangeSchema = z
  .strictObject({
    type: z.literal('float'),
    min: z.number(),
    max: z.number(),
    scale: z.enum(['linear', 'log']).default('linear'),
    step: z.number().positive().optional(),
    when: whenSchema,
  })
  .refine((range) => range.min <= range.max, {
    path: ['min'],
    message: 'min must not be above max; swap them',
  })
  .refine((range) => range.scale !== 'log' || range.min > 0, {
    path: ['min'],
    message: 'a log scale needs min above 0; raise min or use scale: linear',
  });

const integerRangeSchema = z
  .strictObject({
    type: z.literal('int'),
    min: z.int(),
    max: z.int(),
    scale: z.enum(['linear', 'log']).default('linear'),
    step: z.int().positive().default(1),
    when: whenSchema,
  })
  .refine((range) => range.min <= range.max, {
    path: ['min'],
    message: 'min must not be above max; swap them',
  })
  .refine((range) => range.scale !== 'log' || range.min > 0, {
    path: ['min'],
    message: 'a log scale needs min above 0; raise min or use scale: linear',
  });

const choiceSchema = z.strictObject({
  type: z.literal('categorical'),
  values: z.array(parameterValueSchema).min(1, 'name at least one value'),
  when: whenSchema,
});

const constantSchema = z.strictObject({
  type: z.literal('constant'),
  value: parameterValueSchema,
  when: whenSchema,
});

/** One dimension of a space. A bare scalar in a spec is short for a constant, a bare list for a choice. */
export const parameterSpecSchema = z.preprocess(
  (input) => {
    if (Array.isArray(input)) return { type: 'categorical', values: input };
    if (input !== null && typeof input === 'object') return input;
    return { type: 'constant', value: input };
  },
  z.discriminatedUnion('type', [
    floatRangeSchema,
    integerRangeSchema,
    choiceSchema,
    constantSchema,
  ]),
);
export type ParameterSpec = z.output<typeof parameterSpecSchema>;

const parametersSchema = z.record(z.string().min(1), parameterSpecSchema);

/**
 * A declarative tree whose first branch is the family. `parameters` holds what all
 * families share; a family's own parameter of the same name replaces it.
 */
export const spaceSpecSchema = z.strictObject({
  parameters: parametersSchema.default({}),
  families: z
    .record(
      z.string().min(1),
      z.preprocess(
        (input) => input ?? {},
        z.strictObject({
          /** Share of random trials that this family gets, against the others' weights. */
          weight: z.number().nonnegative().default(1),
          parameters: parametersSchema.default({}),
        }),
      ),
    )
    .refine((families) => Object.keys(families).length > 0, {
      message: 'name at least one family, for example `mlp: {}`',
    }),
});
export type SpaceSpec = z.output<typeof spaceSpecSchema>;
