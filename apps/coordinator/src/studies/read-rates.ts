import type { RateRanges } from '@starling/api/server';
import { findSweepSpec, listFinishedAfter, type PrismaClient } from '@starling/db';
import {
  AppError,
  fixOfChoice,
  goalsOf,
  inputError,
  metricNames,
  type Objective,
  objectiveSchema,
} from '@starling/domain';
import { reportRange } from '@starling/search';
import { readMeasured } from './read-measured.ts';

/**
 * What a learning-rate range test says by one metric; null for the sweep's first objective. Throws
 * `not-found`, and `invalid-input` where the sweep is no such test.
 */
export async function readRates(
  prisma: PrismaClient,
  input: { id: string; metric: string | null },
): Promise<RateRanges> {
  const spec = await findSweepSpec(prisma, input.id);
  if (spec === undefined) throw new AppError('not-found', `there is no sweep ${input.id}`);
  if (spec.sampler.kind !== 'lr-range') {
    throw inputError('invalid-input', [
      {
        field: 'id',
        message: 'is no learning-rate range test',
        value: input.id,
        fix: 'launch a sweep with sampler: { kind: lr-range }',
      },
    ]);
  }
  const { objectives } = goalsOf(spec);
  const wanted = objectiveSchema.parse(input.metric ?? objectives[0]) as Objective;
  const { metric, direction } = objectives.find((each) => each.metric === wanted.metric) ?? wanted;
  const known = [...new Set([...objectives.map((each) => each.metric), ...metricNames])];
  if (!known.includes(metric)) {
    throw inputError('invalid-input', [
      {
        field: 'metric',
        message: 'is neither an objective of this sweep nor a metric of Starling',
        value: input.metric ?? '',
        fix: fixOfChoice(input.metric, known),
      },
    ]);
  }
  const rows = await listFinishedAfter(prisma, input.id, 0);
  const history = rows.map((row) => ({
    number: row.number,
    configuration: row.configuration,
    outcome: row.outcome,
    values: [readMeasured(row, metric, objectives)],
    violations: [],
    epochs: row.epochs,
  }));
  return { metric, direction, groups: reportRange(spec, history, direction) };
}
