import type { EpochReport } from '@starling/domain';
import { Prisma } from '../generated/client.ts';

/** Columns of an epoch's report, without what not every report has. */
export const curveColumns = Prisma.sql`
  epoch, train_loss as "trainLoss", train_accuracy as "trainAccuracy",
  validation_loss as "validationLoss", validation_accuracy as "validationAccuracy",
  learning_rate as "learningRate", seconds`;
export const columns = Prisma.sql`${curveColumns}, extra`;

/**
 * Of trials `t` of sweeps that run outside: their best epoch measured no accuracy, and zeros stand
 * in its place. A scalar subquery, which no plan turns into a join: boards read an index in order.
 */
export const isBare = Prisma.sql`coalesce((
  select e.extra @> '{"hasAccuracy": false}' from epochs e
  where e.trial_id = t.id and e.epoch = t.best_epoch), false)`;

/** Of a trial's best epoch `e`, which may be missing: a script outside measured no accuracy there. */
const isBareBest = Prisma.sql`coalesce(e.extra @> '{"hasAccuracy": false}', false)`;

/** Accuracies and gap of trials `t` with their best epoch `e`: null where zeros stand in their place. */
export const accuracyColumns = Prisma.sql`
  case when not ${isBareBest} then t.train_accuracy end as "trainAccuracy",
  case when not ${isBareBest} then t.validation_accuracy end as "validationAccuracy",
  case when not ${isBareBest} then t.overfitting_gap end as "overfittingGap"`;

/** What not every report has; it lies in `extra`, and is absent again where it was. */
const scoreNames = [
  'trainMacroF1',
  'validationMacroF1',
  'trainAuc',
  'validationAuc',
  'hasAccuracy',
  'metrics',
] as const;
type Scores = Pick<EpochReport, (typeof scoreNames)[number]>;
export type Unpacked<T> = Omit<T, 'extra'> & Scores;

export function scoresOf(report: EpochReport): Scores | null {
  const found = scoreNames.flatMap((name) =>
    report[name] === undefined ? [] : [[name, report[name]] as const],
  );
  return found.length === 0 ? null : Object.fromEntries(found);
}

export function unpack<T extends { extra: Scores | null }>({ extra, ...report }: T): Unpacked<T> {
  return { ...report, ...extra };
}

export type EpochRow = Omit<EpochReport, keyof Scores> & { extra: Scores | null };
