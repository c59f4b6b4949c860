import type { LeaderboardOrder } from '@starling/domain';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import type { BoardPage, BoardPlace } from './board-place.ts';
import { isBare } from './epoch-columns.ts';

// The last words of every order: equal trials stand by number, then by id as JavaScript
// compares text.
const byAccuracy = Prisma.sql`
  m.accuracy desc, m.gap, m.parameters, m.number, m.id collate "C"`;

// Sweeps on a data set may search for different things: only accuracy is common to them.
const orders: Record<LeaderboardOrder, Prisma.Sql> = {
  objective: byAccuracy,
  accuracy: byAccuracy,
  gap: Prisma.sql`m.gap, ${byAccuracy}`,
  pareto: Prisma.sql`m."isOnParetoFront" desc, ${byAccuracy}`,
};

/**
 * One page of the board of every sweep on a data set: their trials are ranked as a whole, in
 * one pass and one sort over what ranking looks at.
 */
export async function listDatasetPlaces(
  db: Database,
  datasetId: string,
  page: BoardPage,
): Promise<{ places: BoardPlace[]; total: number }> {
  const floor = page.order === 'gap' ? page.accuracyFloor : 0;
  const rows = await db.$queryRaw<(BoardPlace & { total: number })[]>`
    with rows as (
      select t.id, t.number, t.validation_accuracy as accuracy, t.overfitting_gap as gap,
        t.parameters, (
          t.validation_accuracy is not null and t.status in ('completed', 'stopped', 'running')
          and not (s.is_external and ${isBare})
        ) as "isMeasured"
      from trials t join sweeps s on s.id = t.sweep_id where s.dataset_id = ${datasetId}
    ), levels as (
      select accuracy, min(coalesce(gap, 2)) as gap from rows where "isMeasured" group by 1
    ), bounded as (
      select accuracy, gap, min(gap) over (
        order by accuracy desc rows between unbounded preceding and 1 preceding
      ) as "gapAbove"
      from levels
    ), measured as (
      select r.*, (
        coalesce(r.gap, 2) <= b.gap
        and (b."gapAbove" is null or coalesce(r.gap, 2) < b."gapAbove")
      ) as "isOnParetoFront", r.accuracy >= ${floor} as "isEligible"
      from rows r join bounded b on b.accuracy = r.accuracy
      where r."isMeasured"
    ), ranked as (
      select m.*, row_number() over (order by ${orders[page.order]})::int as rank
      from measured m where "isEligible"
    ), board as (
      select id, rank, "isOnParetoFront", 0 as tier, number from ranked
      union all
      select id, null, "isOnParetoFront", 1, number from measured where not "isEligible"
      union all
      select id, null, false, 2, number from rows where not "isMeasured"
    )
    select id, rank, "isOnParetoFront", count(*) over ()::int as total from board
    order by tier, rank, number, id collate "C" limit ${page.limit} offset ${page.offset}`;
  const total = rows[0]?.total ?? (await countDataset(db, datasetId));
  return { places: rows.map(({ total: _total, ...place }) => place), total };
}

async function countDataset(db: Database, datasetId: string): Promise<number> {
  const rows = await db.$queryRaw<{ total: number }[]>`
    select count(*)::int as total from trials t join sweeps s on s.id = t.sweep_id
    where s.dataset_id = ${datasetId}`;
  return rows[0]?.total ?? 0;
}
