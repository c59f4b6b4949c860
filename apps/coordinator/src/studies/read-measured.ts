import type { FinishedTrialRow } from '@starling/db';
import type { Objective } from '@starling/domain';

/**
 * What a trial measured of a metric, by its name: as its sweep's objective where it is one, for
 * metrics of the user's own are kept with the objectives alone; null where nothing was measured.
 */
export function readMeasured(
  row: FinishedTrialRow,
  metric: string,
  objectives: readonly Objective[],
): number | null {
  const place = objectives.findIndex((objective) => objective.metric === metric);
  const column = (row as unknown as Readonly<Record<string, unknown>>)[metric];
  const value = row.objectiveValues?.[place] ?? column;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
