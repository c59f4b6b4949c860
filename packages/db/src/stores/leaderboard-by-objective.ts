import { frontOf } from '@starling/domain';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import { isBare } from './epoch-columns.ts';

/** In these words the partial index `trials_leaderboard_by_objective` is asked for. */
const isStanding = Prisma.sql`
  t.standing is not null and t.validation_accuracy is not null
    and t.status in ('completed', 'stopped', 'running')`;

/**
 * Of trials `t` with a standing: something of the objectives was measured, or else an accuracy.
 * Where a script outside measured neither, zeros stand in the accuracy's place. Costs beyond
 * 1e300 are the infinity of what was not measured.
 */
export const isKnown = Prisma.sql`(
  exists (select from unnest(t.standing[2:]) cost where cost < 1e300)
  or not ${isBare})`;

/** Of trials `t` of a sweep that searches for something else than validation accuracy alone. */
export const byObjective = Prisma.sql`
  t.standing, t.validation_accuracy desc, t.overfitting_gap, t.parameters, t.number`;

/** Whether trials of the sweep stand by goals of their own, and by how many objectives. */
export async function isScored(
  db: Database,
  sweepId: string,
): Promise<'accuracy' | 'one' | 'several'> {
  const [first] = await db.$queryRaw<{ entries: number }[]>`
    select cardinality(t.standing) as entries from trials t
    where t.sweep_id = ${sweepId} and ${isStanding} limit 1`;
  if (first === undefined) return 'accuracy';
  // The first entry says whether the limits hold.
  return first.entries > 2 ? 'several' : 'one';
}

/** Ids of the trials on the front of a sweep with several objectives; reads all its standings. */
export async function listFrontByObjectives(db: Database, sweepId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string; standing: number[] }[]>`
    select t.id, t.standing from trials t where t.sweep_id = ${sweepId} and ${isStanding} and ${isKnown}`;
  const places = frontOf(rows.map(({ standing }) => standing));
  return rows.flatMap(({ id }, index) => (places.has(index) ? [id] : []));
}
