import { families, type ParameterValue, parametersOf, type RankedRow } from '@starling/domain';

export interface ParallelAxis {
  key: string;
  title: string;
  /** Values in order for words; none for numbers. */
  categories: string[] | null;
  isLog: boolean;
}

/** Numbers that no family describes span this factor before their axis turns logarithmic. */
const LOG_FROM = 20;

/** The scale that a family gives a parameter; nothing for what no family describes. */
function scaleOf(name: string): 'linear' | 'log' | undefined {
  for (const family of families) {
    const parameter = parametersOf(family).find((candidate) => candidate.name === name);
    if (parameter?.type === 'int' || parameter?.type === 'float') return parameter.scale;
  }
  return undefined;
}

type Reader = (row: RankedRow) => ParameterValue | null;

const measures: readonly { key: string; title: string; read: Reader }[] = [
  {
    key: ':parameters',
    title: 'parameters',
    read: (row) => row.parameters,
  },
  {
    key: ':gap',
    title: 'gap, points',
    read: (row) => (row.overfittingGap === null ? null : round(row.overfittingGap * 100)),
  },
  {
    key: ':accuracy',
    title: 'validation, %',
    read: (row) => (row.validationAccuracy === null ? null : round(row.validationAccuracy * 100)),
  },
];

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What a row has on an axis; null where its branch has no such parameter. */
export function readAxis(axis: ParallelAxis, row: RankedRow): ParameterValue | null {
  const measureOf = measures.find((measure) => measure.key === axis.key);
  if (measureOf !== undefined) return measureOf.read(row);
  if (axis.key === 'family') return row.family;
  return row.configuration[axis.key] ?? null;
}

/**
 * Axes for the trials of one branch, or of all. Branches share few parameters: over all
 * families only those that every family has are drawn, beside the family itself; within one
 * family its own as well. A parameter that never varies says nothing and is left out.
 */
export function chooseAxes(rows: readonly RankedRow[], family: string | null): ParallelAxis[] {
  const shown = family === null ? rows : rows.filter((row) => row.family === family);
  const present = [...new Set(shown.map((row) => row.family))].sort();
  const names = [...new Set(shown.flatMap((row) => Object.keys(row.configuration)))].filter(
    (name) => name !== 'family',
  );
  const isShared = (name: string): boolean =>
    present.every((one) =>
      shown.some((row) => row.family === one && row.configuration[name] !== undefined),
    );
  const parameters = names
    .filter(isShared)
    .map((name) =>
      describeAxis(
        name,
        name,
        shown.map((row) => row.configuration[name] ?? null),
      ),
    )
    .filter((axis) => axis !== null);
  return [
    ...(present.length > 1
      ? [{ key: 'family', title: 'family', categories: present, isLog: false }]
      : []),
    ...parameters,
    ...measures
      .map((measure) => describeAxis(measure.key, measure.title, shown.map(measure.read)))
      .filter((axis) => axis !== null),
  ];
}

function describeAxis(
  key: string,
  title: string,
  values: readonly (ParameterValue | null)[],
): ParallelAxis | null {
  const known = values.filter((value) => value !== null);
  const distinct = [...new Set(known)];
  if (distinct.length < 2) return null;
  if (distinct.some((value) => typeof value !== 'number')) {
    return { key, title, categories: distinct.map(String).sort(), isLog: false };
  }
  const numbers = distinct as number[];
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const scale = scaleOf(key) ?? (high / low >= LOG_FROM ? 'log' : 'linear');
  return { key, title, categories: null, isLog: low > 0 && scale === 'log' };
}
