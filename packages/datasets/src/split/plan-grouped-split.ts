import { createRandom, inputError } from '@starling/domain';
import { listShares, SIDE_COUNT, SIDES, type SplitShares, showShares } from './shares.ts';

/** Passes of moving single groups after the first placement; few change anything. */
const REFINEMENT_PASSES = 8;

/** The classes of a group's rows and how many rows of each, as two parallel lists. */
interface GroupContent {
  readonly classes: number[];
  readonly rows: number[];
  size: number;
}

function contentOfGroups(
  classes: Int32Array,
  groups: Int32Array,
  groupCount: number,
): GroupContent[] {
  const contents = Array.from({ length: groupCount }, (): GroupContent => {
    return { classes: [], rows: [], size: 0 };
  });
  groups.forEach((group, row) => {
    const content = contents[group] as GroupContent;
    const found = content.classes.indexOf(classes[row] as number);
    if (found < 0) {
      content.classes.push(classes[row] as number);
      content.rows.push(1);
    } else content.rows[found] = (content.rows[found] as number) + 1;
    content.size++;
  });
  return contents;
}

/**
 * Cost of an assignment: over sides s and classes c, (n_sc - t_sc)^2 / t_sc with target
 * t_sc = share_s * n_c, and the same over the sides' sizes. Kept as running counts, so that
 * adding or removing a group costs only its own classes.
 */
class SplitBalance {
  readonly #shares: readonly number[];
  readonly #classRows: Float64Array;
  readonly #counts: Float64Array[];
  readonly #sizes = new Float64Array(SIDE_COUNT);
  readonly #total: number;

  constructor(shares: readonly number[], classes: Int32Array, classCount: number) {
    this.#shares = shares;
    this.#classRows = new Float64Array(classCount);
    for (const index of classes) {
      this.#classRows[index] = (this.#classRows[index] as number) + 1;
    }
    this.#counts = shares.map(() => new Float64Array(classCount));
    this.#total = classes.length;
  }

  /** Change of cost if the group came to the side (`sign` 1) or left it (-1). */
  change(content: GroupContent, side: number, sign: 1 | -1): number {
    const share = this.#shares[side] as number;
    const counts = this.#counts[side] as Float64Array;
    let change = 0;
    content.classes.forEach((index, at) => {
      const target = share * (this.#classRows[index] as number);
      const rows = sign * (content.rows[at] as number);
      const off = (counts[index] as number) - target;
      change += (2 * off * rows + rows * rows) / target;
    });
    const target = share * this.#total;
    const size = sign * content.size;
    const off = (this.#sizes[side] as number) - target;
    return change + (2 * off * size + size * size) / target;
  }

  apply(content: GroupContent, side: number, sign: 1 | -1): void {
    const counts = this.#counts[side] as Float64Array;
    content.classes.forEach((index, at) => {
      counts[index] = (counts[index] as number) + sign * (content.rows[at] as number);
    });
    this.#sizes[side] = (this.#sizes[side] as number) + sign * content.size;
  }
}

function checkSides(
  assignment: Uint8Array,
  classes: Int32Array,
  names: { classNames: readonly string[]; group: string },
  shares: SplitShares,
  groupCount: number,
): void {
  const fix = 'use more groups, other shares, another seed, or no group';
  const seen = new Set(assignment);
  const wanted = listShares(shares);
  SIDES.forEach((side, index) => {
    if ((wanted[index] as number) > 0 && !seen.has(index)) {
      throw inputError('invalid-dataset', [
        {
          field: `group ${names.group}`,
          message: `no whole group fits into ${side} with shares of ${showShares(shares)}`,
          value: `${groupCount} groups`,
          fix,
        },
      ]);
    }
  });
  const trained = new Set<number>();
  assignment.forEach((side, row) => {
    if (side === 0) trained.add(classes[row] as number);
  });
  const untrained = names.classNames.filter((_, index) => !trained.has(index));
  if (untrained.length === 0) return;
  throw inputError(
    'invalid-dataset',
    untrained.slice(0, 20).map((name) => ({
      field: `class ${name}`,
      message: `with whole groups of ${names.group} kept together none of its rows is in train`,
      fix,
    })),
  );
}

/**
 * Assigns every row a side so that the rows of a group share one, and each class is cut as
 * near to the shares as whole groups allow: groups are placed from the largest to the
 * smallest where they cost least, then moved singly while that helps.
 * @param groups [rows] group of each row, from 0 to `groupCount - 1`
 * @throws AppError `invalid-dataset` where a side stays empty or a class is not in train
 */
export function planGroupedSplit(
  rows: { classes: Int32Array; groups: Int32Array; groupCount: number },
  names: { classNames: readonly string[]; group: string },
  shares: SplitShares,
  seed: number,
): Uint8Array {
  const { classes, groups, groupCount } = rows;
  const wanted = listShares(shares);
  const sides = wanted.flatMap((share, side) => (share > 0 ? [side] : []));
  const contents = contentOfGroups(classes, groups, groupCount);
  const balance = new SplitBalance(wanted, classes, names.classNames.length);
  const order = createRandom(seed, 'split', 'groups').shuffle(
    Array.from({ length: groupCount }, (_, group) => group),
  );
  const sizeOf = (group: number): number => (contents[group] as GroupContent).size;
  // The sort is stable, so groups of one size stay in the order of the seed.
  order.sort((one, other) => sizeOf(other) - sizeOf(one));
  const sideOf = new Int8Array(groupCount).fill(-1);
  for (let pass = 0; pass <= REFINEMENT_PASSES; pass++) {
    let moved = 0;
    for (const group of order) {
      const content = contents[group] as GroupContent;
      const held = sideOf[group] as number;
      if (held >= 0) balance.apply(content, held, -1);
      let best = held;
      let bestChange = held >= 0 ? balance.change(content, held, 1) - 1e-9 : Infinity;
      for (const side of sides) {
        const change = balance.change(content, side, 1);
        if (change < bestChange) {
          best = side;
          bestChange = change;
        }
      }
      balance.apply(content, best, 1);
      sideOf[group] = best;
      if (best !== held) moved++;
    }
    if (moved === 0) break;
  }
  const assignment = Uint8Array.from(groups, (group) => sideOf[group] as number);
  checkSides(assignment, classes, names, shares, groupCount);
  return assignment;
}
