import {
  type Database,
  type ExportTrialRow,
  findSweep,
  findSweepSpec,
  listReportsOfTrials,
  listTrialsToExport,
  listVerdicts,
} from '@starling/db';
import { AppError, goalsOf } from '@starling/domain';
import type { ExportedSweep, ExportedTrial } from '@starling/search';

/** Trials read at once: with their epochs a few megabytes. */
const pageSize = 200;

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** A sweep without its trials; throws `not-found`. */
export async function loadExport(db: Database, id: string): Promise<ExportedSweep> {
  const [sweep, spec] = await Promise.all([findSweep(db, id), findSweepSpec(db, id)]);
  if (sweep === undefined || spec === undefined) {
    throw new AppError('not-found', `there is no sweep ${id}`);
  }
  return {
    id,
    name: sweep.name,
    status: sweep.status,
    datasetName: sweep.dataset.name,
    createdAt: sweep.createdAt.toISOString(),
    startedAt: iso(sweep.startedAt),
    finishedAt: iso(sweep.finishedAt),
    spec,
    ...goalsOf(spec),
    isExternal: spec.evaluation === 'external',
  };
}

/** Its trials by number, page by page, so that a sweep of any size fits in memory. */
export async function* loadTrials(
  db: Database,
  sweepId: string,
  options: { withHistory: boolean },
): AsyncGenerator<ExportedTrial> {
  let after = 0;
  for (;;) {
    const rows = await listTrialsToExport(db, { sweepId, after, limit: pageSize });
    const ids = options.withHistory ? rows.map((row) => row.id) : [];
    const [reports, verdicts] =
      ids.length === 0
        ? [[], []]
        : await Promise.all([listReportsOfTrials(db, ids), listVerdicts(db, ids)]);
    const reportsOf = Map.groupBy(reports, (report) => report.trialId);
    const verdictsOf = Map.groupBy(verdicts, (verdict) => verdict.trialId);
    for (const row of rows) {
      yield {
        ...describeTrial(row),
        reports: (reportsOf.get(row.id) ?? []).map(({ trialId: _, ...report }) => report),
        verdicts: (verdictsOf.get(row.id) ?? []).map(({ trialId: _, at, ...verdict }) => ({
          ...verdict,
          at: at.toISOString(),
        })),
      };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.number;
  }
}

function describeTrial(row: ExportTrialRow): Omit<ExportedTrial, 'reports' | 'verdicts'> {
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    family: row.family,
    configuration: row.configuration,
    metrics: {
      validationAccuracy: row.validationAccuracy,
      trainAccuracy: row.trainAccuracy,
      overfittingGap: row.overfittingGap,
      validationLoss: row.validationLoss,
      trainLoss: row.trainLoss,
      validationMacroF1: row.validationMacroF1,
      validationAuc: row.validationAuc,
      parameters: row.parameters,
      flops: row.flops,
      seconds: row.seconds,
    },
    bestEpoch: row.bestEpoch,
    epochs: row.epochs,
    seed: Number(row.seed),
    attempts: row.attempts,
    diagnosis: row.diagnosis?.kind ?? null,
    reason: row.reason,
    suggestion: row.suggestion,
    createdAt: row.createdAt.toISOString(),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    decision:
      row.sampler === null
        ? null
        : {
            sampler: row.sampler,
            rngCounter: Number(row.rngCounter ?? 0),
            historyWatermark: row.historyWatermark ?? 0,
          },
  };
}
