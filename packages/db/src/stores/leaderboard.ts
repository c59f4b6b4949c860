import type { LeaderboardOrder, LeaderboardRow } from '@starling/domain';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import { boardColumns } from './trials.ts';

export interface LeaderboardQuery {
  /** One sweep, or every sweep on a data set. */
  scope: { sweepId: string } | { datasetId: string };
  order: LeaderboardOrder;
  accuracyFloor: number;
  limit: number;
  offset: number;
}

export type RankedBoardRow = LeaderboardRow & { rank: number | null; isOnParetoFront: boolean };

// The last words of every order: equal trials stand by number, then by id as JavaScript
// compares text.
const byAccuracy = Prisma.sql`
  m."validationAccuracy" desc, m."overfittingGap", m.parameters, m.number, m.id collate "C"`;

const orders: Record<LeaderboardOrder, Prisma.Sql> = {
  accuracy: byAccuracy,
  gap: Prisma.sql`m."overfittingGap", ${byAccuracy}`,
  pareto: Prisma.sql`m."isOnParetoFront" desc, ${byAccuracy}`,
};

/**
 * Ranked rows as `rankTrials` of the domain ranks them, one page. Trials without a
 * measurement, and those under the floor of order `gap`, follow unranked. A trial is on the
 * Pareto front where no other has a higher accuracy and no larger gap, or equal accuracy and
 * a smaller gap.
 */
export async function listLeaderboard(
  db: Database,
  query: LeaderboardQuery,
): Promise<{ rows: RankedBoardRow[]; total: number }> {
  const { scope, order } = query;
  const where =
    'sweepId' in scope
      ? Prisma.sql`t.sweep_id = ${scope.sweepId}`
      : Prisma.sql`s.dataset_id = ${scope.datasetId}`;
  const floor = order === 'gap' ? query.accuracyFloor : 0;
  const rows = await db.$queryRaw<(RankedBoardRow & { total: number })[]>`
    with rows as (
      select ${boardColumns}, (
        t.validation_accuracy is not null and t.status in ('completed', 'stopped', 'running')
      ) as "isMeasured"
      from trials t join sweeps s on s.id = t.sweep_id where ${where}
    ), levels as (
      select "validationAccuracy" as accuracy, min(coalesce("overfittingGap", 2)) as gap
      from rows where "isMeasured" group by 1
    ), bounded as (
      select accuracy, gap, min(gap) over (
        order by accuracy desc rows between unbounded preceding and 1 preceding
      ) as "gapAbove"
      from levels
    ), measured as (
      select r.*, (
        coalesce(r."overfittingGap", 2) <= b.gap
        and (b."gapAbove" is null or coalesce(r."overfittingGap", 2) < b."gapAbove")
      ) as "isOnParetoFront", r."validationAccuracy" >= ${floor} as "isEligible"
      from rows r join bounded b on b.accuracy = r."validationAccuracy"
      where r."isMeasured"
    ), ranked as (
      select m.*, row_number() over (order by ${orders[order]})::int as rank
      from measured m where "isEligible"
    ), board as (
      select id, rank, "isOnParetoFront", 0 as tier, number from ranked
      union all
      select id, null, "isOnParetoFront", 1, number from measured where not "isEligible"
      union all
      select id, null, false, 2, number from rows where not "isMeasured"
    ), page as (
      select b.*, count(*) over ()::int as total from board b
      order by tier, rank, number, id collate "C" limit ${query.limit} offset ${query.offset}
    )
    select ${boardColumns}, page.rank, page."isOnParetoFront", page.total
    from page join trials t on t.id = page.id join sweeps s on s.id = t.sweep_id
    order by page.tier, page.rank, page.number, t.id collate "C"`;
  return {
    rows: rows.map(({ total: _total, ...row }) => row),
    total: rows[0]?.total ?? (await countBoard(db, where)),
  };
}

async function countBoard(db: Database, where: Prisma.Sql): Promise<number> {
  const rows = await db.$queryRaw<{ total: number }[]>`
    select count(*)::int as total from trials t join sweeps s on s.id = t.sweep_id where ${where}`;
  return rows[0]?.total ?? 0;
}

/** Trials whose curves a sweep's page draws unasked: those that run, and the leaders. */
export async function listCurveTrials(
  db: Database,
  sweepId: string,
  leaders: number,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    (select id from trials where sweep_id = ${sweepId} and status = 'running'
      order by number limit 200)
    union
    (select id from trials
      where sweep_id = ${sweepId} and validation_accuracy is not null
        and status in ('completed', 'stopped')
      order by validation_accuracy desc, overfitting_gap, parameters, number limit ${leaders})`;
  return rows.map((row) => row.id);
}
