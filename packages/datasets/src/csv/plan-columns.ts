import type { Problem } from '@starling/domain';
import { findClosestName } from '../importing/closest-name.ts';
import { datasetError, type ProblemList, showText } from '../importing/problem-list.ts';

/** What a column's cells become; from 0 on it is a feature's place in the row. */
export const COLUMN_IGNORED = -1;
export const COLUMN_LABEL = -2;
export const COLUMN_GROUP = -3;

export interface ColumnPlan {
  /** By column: a feature's place, or one of the constants above. */
  readonly targets: Int32Array;
  readonly featureNames: readonly string[];
}

/** Widest row that a network can take. */
const FEATURE_LIMIT = 65_536;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, … (${names.length} columns)` : shown;
}

function missingColumn(
  fileName: string,
  role: string,
  name: string,
  names: readonly string[],
): Problem {
  const closest = findClosestName(name, names);
  const hint = closest === undefined ? '' : `did you mean "${closest}"? `;
  return {
    field: `${fileName} row 1, column ${name}`,
    message: `there is no such column for the ${role}`,
    value: showText(name),
    fix: `${hint}the columns are ${listNames(names)}`,
  };
}

/** Decides what every column of the first file is; problems go to the list. */
export function planColumns(
  fileName: string,
  names: readonly string[],
  roles: { label: string; group?: string | undefined; ignore: readonly string[] },
  problems: ProblemList,
): ColumnPlan {
  const targets = new Int32Array(names.length);
  const special = new Map<string, number>();
  const take = (role: string, name: string, target: number): void => {
    if (!names.includes(name)) problems.add(missingColumn(fileName, role, name, names));
    else if (special.has(name) && target !== COLUMN_IGNORED) {
      problems.add({
        field: role,
        message: 'the column has another part already',
        value: showText(name),
        fix: 'label, group and ignored columns must differ',
      });
    } else if (!special.has(name)) special.set(name, target);
    else if (special.get(name) === COLUMN_LABEL) {
      problems.add({
        field: 'ignore',
        message: 'the label’s column cannot be left out',
        value: showText(name),
        fix: 'remove it from ignore',
      });
    }
  };
  take('label', roles.label, COLUMN_LABEL);
  if (roles.group !== undefined) take('group', roles.group, COLUMN_GROUP);
  for (const name of roles.ignore) take('ignore list', name, COLUMN_IGNORED);
  problems.throwIfAny();
  const featureNames: string[] = [];
  names.forEach((name, column) => {
    const target = special.get(name);
    targets[column] = target ?? featureNames.length;
    if (target === undefined) featureNames.push(name);
  });
  if (featureNames.length === 0 || featureNames.length > FEATURE_LIMIT) {
    throw datasetError({
      field: `${fileName} row 1`,
      message:
        featureNames.length === 0
          ? 'no column is left to learn from'
          : `there are more than ${FEATURE_LIMIT} columns to learn from`,
      value: `${featureNames.length} columns beside the label`,
      fix: 'check the label and the ignored columns',
    });
  }
  return { targets, featureNames };
}

/** The plan of a further file: the same columns, in any order. */
export function matchColumns(
  fileName: string,
  names: readonly string[],
  first: { fileName: string; names: readonly string[]; plan: ColumnPlan },
  problems: ProblemList,
): ColumnPlan {
  const targetOf = new Map(first.names.map((name, at) => [name, first.plan.targets[at] as number]));
  for (const name of first.names) {
    if (!names.includes(name) && targetOf.get(name) !== COLUMN_IGNORED) {
      problems.add(missingColumn(fileName, `columns of ${first.fileName}`, name, names), fileName);
    }
  }
  const targets = Int32Array.from(names, (name) => {
    const target = targetOf.get(name);
    if (target === undefined) {
      problems.add(
        {
          field: `${fileName} row 1, column ${name}`,
          message: `${first.fileName} has no such column`,
          value: showText(name),
          fix: 'give every file the same columns, or leave this one out with ignore',
        },
        fileName,
      );
    }
    return target ?? COLUMN_IGNORED;
  });
  problems.throwIfAny();
  return { targets, featureNames: first.plan.featureNames };
}
