import { z } from 'zod';
import { fixOfChoice, inputError, type Problem, parseInput } from '../errors/index.ts';
import { sweepIdSchema } from '../ids.ts';
import { constraintSchema, metricNames, objectiveSchema } from './objective.ts';
import { prunerSpecSchema } from './pruner-spec.ts';
import { samplerSpecSchema } from './sampler-spec.ts';
import { configurationSchema, spaceSpecSchema } from './space-spec.ts';
import { stoppingSpecSchema } from './stopping-spec.ts';

export const budgetSchema = z.strictObject({
  /** Trials in all, enqueued points included. Exact under any number of workers. */
  trials: z.int().min(1).max(1_000_000),
  /** Most epochs of one trial; a trial's own `epochs` parameter may ask for fewer. */
  epochs: z.int().min(1).max(100_000),
  /** Most trials that run at once; absent: as many as there are slots. */
  concurrency: z.int().min(1).max(10_000).optional(),
  /** Wall-clock minutes from the start, paused time not counted; then running trials are stopped. */
  minutes: z.number().positive().optional(),
  /** Epochs of all trials together; reserved when a trial is proposed, so never passed. */
  totalEpochs: z.int().min(1).optional(),
  /** Seconds that slots spend training, added up; running trials are stopped at the next epoch. */
  deviceSeconds: z.number().positive().optional(),
  /** The sweep ends once this many trials have failed. */
  failedTrials: z.int().min(1).optional(),
});
export type Budget = z.output<typeof budgetSchema>;

function hasDistinctMetrics(objectives: readonly { metric: string }[]): boolean {
  return new Set(objectives.map(({ metric }) => metric)).size === objectives.length;
}

export const evaluations = ['starling', 'external'] as const;

/** Stands where others have the name of a data set; no data set can be called so. */
export const evaluatedOutside = 'evaluated outside';

/** A sweep as a user writes it: form, YAML and API share this schema. */
export const sweepSpecSchema = z.strictObject({
  name: z.string().trim().min(1, 'give the sweep a name').max(120),
  /** Name or id of a data set; sweeps that are evaluated outside need none. */
  dataset: z.string().default(''),
  /** external: trials run in code of the user's own, which asks for them and reports on them. */
  evaluation: z.enum(evaluations).default('starling'),
  seed: z.int().min(0).max(0xffffffff).default(1),
  sampler: samplerSpecSchema.default({ kind: 'random' }),
  pruner: prunerSpecSchema.default({ kind: 'none' }),
  /** What is searched for; several make a Pareto front. */
  objectives: z
    .array(objectiveSchema)
    .min(1)
    .max(4)
    .refine(hasDistinctMetrics, { message: 'name every metric once' })
    .default([{ metric: 'validationAccuracy', direction: 'maximize' }]),
  /** Limits that a trial should keep; one that does not is never ranked before one that does. */
  constraints: z.array(constraintSchema).max(10).default([]),
  /** When the whole sweep ends before its budget. */
  stopping: stoppingSpecSchema.default({ kind: 'none' }),
  /** Trials of every point, each with another seed; the seeds are the same for all points. */
  replicates: z.int().min(1).max(100).default(1),
  /** Ended sweeps (ids) on the same data set whose trials model-based samplers begin from. */
  warmStart: z.array(sweepIdSchema).max(20).default([]),
  budget: budgetSchema,
  space: spaceSpecSchema,
  /** Fixed points, tried first and in this order. Values left out take the family's defaults. */
  enqueue: z.array(configurationSchema).max(100_000).default([]),
  tags: z.array(z.string().min(1).max(40)).max(20).default([]),
});
export type SweepSpec = z.output<typeof sweepSpecSchema>;
export type SweepSpecInput = z.input<typeof sweepSpecSchema>;

/**
 * Parses a sweep as written. Throws `invalid-input` naming each field, value and fix.
 * Whether its networks can be built on the data set is `checkSpace`'s question.
 */
export function parseSweepSpec(input: unknown): SweepSpec {
  const spec = parseInput(sweepSpecSchema, input);
  const problems: Problem[] = [];
  if (spec.dataset === '' && spec.evaluation === 'starling') {
    problems.push({
      field: 'dataset',
      message: 'name the data set',
      fix: 'starling dataset list names those that are there; or set evaluation: external, whose trials run in code of your own',
    });
  }
  if (spec.enqueue.length > spec.budget.trials) {
    problems.push({
      field: 'enqueue',
      message: `holds ${spec.enqueue.length} points, more than budget.trials`,
      value: String(spec.budget.trials),
      fix: `raise budget.trials to ${spec.enqueue.length} or enqueue fewer`,
    });
  }
  const weights = Object.values(spec.space.families).map((family) => family.weight);
  if (weights.every((weight) => weight === 0) && spec.enqueue.length < spec.budget.trials) {
    problems.push({
      field: 'space.families',
      message: 'every family has weight 0, so no trial beyond the enqueued points can be proposed',
      fix: 'give one family a weight above 0',
    });
  }
  if (spec.evaluation === 'starling') problems.push(...problemsOfMetrics(spec));
  if (problems.length > 0) throw inputError('invalid-input', problems);
  return spec;
}

/** Metrics that no trial of ours would ever measure. */
function problemsOfMetrics({ objectives, constraints }: SweepSpec): Problem[] {
  const known: readonly string[] = metricNames;
  return Object.entries({ objectives, constraints }).flatMap(([field, entries]) =>
    entries.flatMap(({ metric }, index) =>
      known.includes(metric)
        ? []
        : {
            field: `${field}.${index}.metric`,
            message: 'is no metric that Starling measures',
            value: metric,
            fix: `${fixOfChoice(metric, known)}; sweeps with evaluation: external have any that their code reports`,
          },
    ),
  );
}
