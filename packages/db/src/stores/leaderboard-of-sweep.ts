import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import type { BoardPage, BoardPlace } from './board-place.ts';
import { isBare } from './epoch-columns.ts';
import {
  byObjective,
  isKnown,
  isScored,
  listFrontByObjectives,
} from './leaderboard-by-objective.ts';

interface Range {
  limit: number;
  offset: number;
}

/** In these words the partial indexes `trials_leaderboard_by_…` are asked for. */
const isIndexed = Prisma.sql`
  t.validation_accuracy is not null and t.status in ('completed', 'stopped', 'running')`;
/** Who measured what accuracy and gap rank by: of trials of the user's own code, not all. */
const measuredOf = (isExternal: boolean): Prisma.Sql =>
  isExternal ? Prisma.sql`${isIndexed} and not ${isBare}` : isIndexed;
const byAccuracy = Prisma.sql`
  t.validation_accuracy desc, t.overfitting_gap, t.parameters, t.number`;
const byGap = Prisma.sql`
  t.overfitting_gap, t.validation_accuracy desc, t.parameters, t.number`;

/** The accuracies and gaps of a front, the highest accuracy first; a missing gap counts as 2. */
type Levels = readonly { accuracy: number; gap: number }[];

/**
 * One page of a sweep's board. Ranked trials are read from the index of their order, as far as
 * the page reaches; only a page that reaches beyond them counts. Called in a transaction.
 */
export async function listSweepPlaces(
  db: Database,
  sweepId: string,
  page: BoardPage,
): Promise<{ places: BoardPlace[]; total: number }> {
  const { total, isExternal } = await outlineOf(db, sweepId);
  const isMeasured = measuredOf(isExternal);
  const floor = page.order === 'gap' ? page.accuracyFloor : null;
  const goals = page.order === 'objective' ? await isScored(db, sweepId) : 'accuracy';
  const front = goals === 'several' ? await listFrontByObjectives(db, sweepId) : null;
  const { above, below } = tiersOf(floor, goals, isExternal);
  // By accuracy or gap, whoever could keep a trial off the front stands before it.
  const saysFront = page.order !== 'pareto' && goals === 'accuracy';
  const levels = saysFront || front !== null ? [] : await listFrontLevels(db, sweepId, isMeasured);
  const ranked = saysFront
    ? await listWithFront(db, sweepId, above, page)
    : page.order === 'pareto'
      ? await listFrontFirst(db, sweepId, isMeasured, levels, page)
      : await listPlaced(db, sweepId, above, orderOf(goals, front), page);
  const places = toPlaces(ranked, page.offset + 1, front ?? levels);
  if (places.length === page.limit) return { places, total };
  const rest: PlacedRow[] = [];
  let passed = await countPlaced(db, sweepId, above);
  const under = Prisma.sql`${isMeasured} and t.validation_accuracy < ${floor ?? 0}`;
  for (const tier of floor === null ? [below] : [under, below]) {
    const range = {
      limit: page.limit - places.length - rest.length,
      offset: Math.max(0, page.offset - passed),
    };
    if (range.limit === 0) break;
    const counts = tier === below ? 'does not' : 'counts';
    rest.push(...(await listPlaced(db, sweepId, tier, Prisma.sql`t.number`, range, counts)));
    passed += tier === under ? await countPlaced(db, sweepId, under) : 0;
  }
  // Those below the floor may be on the front, and nobody above says so.
  const isBelow = saysFront && rest.some(({ accuracy }) => accuracy !== null);
  const known = isBelow ? await listFrontLevels(db, sweepId, isMeasured) : (front ?? levels);
  return { places: [...places, ...toPlaces(rest, null, known)], total };
}

/** Who is ranked, and who has nothing to be ranked by. */
function tiersOf(
  floor: number | null,
  goals: Awaited<ReturnType<typeof isScored>>,
  isExternal: boolean,
) {
  if (goals !== 'accuracy') {
    return {
      above: Prisma.sql`${isIndexed} and ${isKnown}`,
      below: Prisma.sql`(${unmeasured} or not ${isKnown})`,
    };
  }
  const isMeasured = measuredOf(isExternal);
  const below = isExternal ? Prisma.sql`(${unmeasured} or ${isBare})` : unmeasured;
  const reaches = Prisma.sql`${isMeasured} and t.validation_accuracy >= ${floor}`;
  return { above: floor === null ? isMeasured : reaches, below };
}

/** Places in a row from a rank on; whether on the front: as the row says, else by ids or levels. */
function toPlaces(
  rows: readonly PlacedRow[],
  firstRank: number | null,
  front: readonly string[] | Levels,
): BoardPlace[] {
  const keys = new Set(
    front.map((each) => (typeof each === 'string' ? each : `${each.accuracy} ${each.gap}`)),
  );
  return rows.map(({ id, accuracy, gap, isOnFront }, index) => ({
    id,
    rank: firstRank === null ? null : firstRank + index,
    isOnParetoFront:
      isOnFront ?? (keys.has(id) || (accuracy !== null && keys.has(`${accuracy} ${gap ?? 2}`))),
  }));
}

function orderOf(
  goals: Awaited<ReturnType<typeof isScored>>,
  front: readonly string[] | null,
): Prisma.Sql {
  if (goals === 'accuracy') return byAccuracy;
  if (front === null) return byObjective;
  return Prisma.sql`t.id = any(${front}::text[]) desc, ${byObjective}`;
}

const unmeasured = Prisma.sql`
  (t.validation_accuracy is null or t.status not in ('completed', 'stopped', 'running'))`;

interface PlacedRow {
  id: string;
  /** Null where it does not count. */
  accuracy: number | null;
  gap: number | null;
  /** Absent where the rows before it do not tell. */
  isOnFront?: boolean;
}

/**
 * A stretch by accuracy or gap, and whether each row is on the front: whoever is better by the
 * first of the two stands before it, so the index is read to the end of the stretch alone.
 */
async function listWithFront(
  db: Database,
  sweepId: string,
  where: Prisma.Sql,
  { order, limit, offset }: BoardPage,
): Promise<PlacedRow[]> {
  const gap = Prisma.sql`coalesce(r.gap, 2)`;
  const [by, first, second] =
    order === 'gap'
      ? [byGap, gap, Prisma.sql`-r.accuracy`]
      : [byAccuracy, Prisma.sql`-r.accuracy`, gap];
  return alongIndex(
    db,
    Prisma.sql`
    select r.id, r.accuracy, r.gap,
      r.second = min(r.second) over (order by r.first groups current row)
        and r.second < coalesce(min(r.second) over (
          order by r.first groups between unbounded preceding and 1 preceding), 'Infinity')
        as "isOnFront"
    from (
      select r.*, ${first} as first, ${second} as second from (
        select t.id, t.validation_accuracy as accuracy, t.overfitting_gap as gap,
          row_number() over (order by ${by}) as place
        from trials t where t.sweep_id = ${sweepId} and ${where}
        order by ${by} limit ${offset + limit}
      ) r
    ) r
    order by r.place offset ${offset}`,
  );
}

/**
 * Rows by a query that reads an index in its order. Said to the planner: in a table that grew since
 * it was analysed a sweep seems to have a handful of trials, and it would fetch and sort them all.
 */
async function alongIndex<Row>(db: Database, query: Prisma.Sql): Promise<Row[]> {
  await db.$executeRaw`set local enable_sort = off`;
  const rows = await db.$queryRaw<Row[]>(query);
  await db.$executeRaw`set local enable_sort = on`;
  return rows;
}

/** Of measured tiers an index alone answers, however deep the page. */
function listPlaced(
  db: Database,
  sweepId: string,
  where: Prisma.Sql,
  order: Prisma.Sql,
  { limit, offset }: Range,
  counts: 'counts' | 'does not' = 'counts',
): Promise<PlacedRow[]> {
  const accuracy =
    counts === 'counts' ? Prisma.sql`t.validation_accuracy` : Prisma.sql`null::float8`;
  return db.$queryRaw`
    select t.id, ${accuracy} as accuracy,
      t.overfitting_gap as gap
    from trials t where t.sweep_id = ${sweepId} and ${where}
    order by ${order} limit ${limit} offset ${offset}`;
}

async function countPlaced(db: Database, sweepId: string, where: Prisma.Sql): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from trials t where t.sweep_id = ${sweepId} and ${where}`;
  return row?.count ?? 0;
}

async function outlineOf(
  db: Database,
  sweepId: string,
): Promise<{ total: number; isExternal: boolean }> {
  const [row] = await db.$queryRaw<{ total: number; isExternal: boolean }[]>`
    select trials_waiting + trials_running + trials_paused + trials_completed + trials_stopped
      + trials_diverged + trials_failed + trials_cancelled as total,
      is_external as "isExternal"
    from sweeps where id = ${sweepId}`;
  return row ?? { total: 0, isExternal: false };
}

/**
 * The front of a sweep, level by level: from each one, down the index by accuracy, to the next
 * trial with a smaller gap. One pass over the index, whatever the size of the front.
 */
async function listFrontLevels(
  db: Database,
  sweepId: string,
  isMeasured: Prisma.Sql,
): Promise<Levels> {
  return alongIndex(
    db,
    Prisma.sql`
    with recursive front as (
      (select t.validation_accuracy as accuracy, coalesce(t.overfitting_gap, 2) as gap
        from trials t where t.sweep_id = ${sweepId} and ${isMeasured}
        order by ${byAccuracy} limit 1)
      union all
      select n.accuracy, n.gap from front f cross join lateral (
        select t.validation_accuracy as accuracy, t.overfitting_gap as gap from trials t
        where t.sweep_id = ${sweepId} and ${isMeasured}
          and t.validation_accuracy < f.accuracy and t.overfitting_gap < f.gap
        order by ${byAccuracy} limit 1
      ) n
      where f.gap > (select t.overfitting_gap from trials t
        where t.sweep_id = ${sweepId} and ${isMeasured} order by ${byGap} limit 1)
    )
    select accuracy, gap from front order by accuracy desc`,
  );
}

/** The front by accuracy, then everybody else by accuracy. */
async function listFrontFirst(
  db: Database,
  sweepId: string,
  isMeasured: Prisma.Sql,
  levels: Levels,
  { limit, offset }: Range,
): Promise<PlacedRow[]> {
  const level = Prisma.sql`
    jsonb_to_recordset(${JSON.stringify(levels)}::jsonb) as l(accuracy float8, gap float8)`;
  const isLevel = Prisma.sql`
    l.accuracy = t.validation_accuracy and l.gap = coalesce(t.overfitting_gap, 2)`;
  const front = await db.$queryRaw<PlacedRow[]>`
    select t.id, t.validation_accuracy as accuracy, t.overfitting_gap as gap
    from ${level} join trials t on ${isLevel}
    where t.sweep_id = ${sweepId} and ${isMeasured} order by ${byAccuracy}`;
  const first = front.slice(offset, offset + limit);
  const rest = { limit: limit - first.length, offset: Math.max(0, offset - front.length) };
  if (rest.limit === 0) return first;
  const others = Prisma.sql`${isMeasured} and not exists (select 1 from ${level} where ${isLevel})`;
  return [...first, ...(await listPlaced(db, sweepId, others, byAccuracy, rest))];
}
