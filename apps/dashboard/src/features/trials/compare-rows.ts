import type { TrialDetail } from '@starling/domain';
import {
  formatPercent,
  formatPoints,
  formatSeconds,
  formatSi,
  formatValue,
  NOTHING,
} from '../../ui/format.ts';
import { diagnosisLabel } from './DiagnosisBadge.tsx';

export interface ComparedRow {
  key: string;
  title: string;
  values: string[];
  /** Not all trials have the same. */
  isDifferent: boolean;
  /** Columns that hold the best value, where one is better than another. */
  best: number[];
}

type Better = 'higher' | 'lower' | null;

const measures: readonly {
  key: string;
  title: string;
  read: (trial: TrialDetail) => number | null;
  show: (value: number | null) => string;
  better: Better;
}[] = [
  {
    key: 'validation',
    title: 'Validation accuracy',
    read: (trial) => trial.validationAccuracy,
    show: (value) => formatPercent(value, 2),
    better: 'higher',
  },
  {
    key: 'train',
    title: 'Train accuracy',
    read: (trial) => trial.trainAccuracy,
    show: (value) => formatPercent(value, 2),
    better: null,
  },
  {
    key: 'gap',
    title: 'Overfitting gap',
    read: (trial) => trial.overfittingGap,
    show: (value) => formatPoints(value),
    better: 'lower',
  },
  {
    key: 'bestEpoch',
    title: 'Best epoch',
    read: (trial) => trial.bestEpoch,
    show: (value) => (value === null ? NOTHING : String(value)),
    better: null,
  },
  {
    key: 'epochs',
    title: 'Epochs run',
    read: (trial) => trial.epochs,
    show: (value) => String(value),
    better: null,
  },
  {
    key: 'parameters',
    title: 'Parameters',
    read: (trial) => trial.parameters,
    show: formatSi,
    better: 'lower',
  },
  {
    key: 'flops',
    title: 'FLOPs an observation',
    read: (trial) => trial.flops,
    show: formatSi,
    better: 'lower',
  },
  {
    key: 'seconds',
    title: 'Training time',
    read: (trial) => trial.seconds,
    show: formatSeconds,
    better: 'lower',
  },
];

function bestColumns(values: readonly (number | null)[], better: Better): number[] {
  const known = values.filter((value) => value !== null);
  if (better === null || known.length < 2) return [];
  const target = better === 'higher' ? Math.max(...known) : Math.min(...known);
  const columns = values.flatMap((value, column) => (value === target ? [column] : []));
  return columns.length === values.length ? [] : columns;
}

function toRow(key: string, title: string, values: string[], best: number[] = []): ComparedRow {
  return { key, title, values, isDifferent: new Set(values).size > 1, best };
}

/** Measurements side by side, the better ones marked; then the diagnosis. */
export function compareMeasures(trials: readonly TrialDetail[]): ComparedRow[] {
  return [
    ...measures.map(({ key, title, read, show, better }) => {
      const values = trials.map(read);
      return toRow(
        key,
        title,
        values.map((value) => show(value)),
        bestColumns(values, better),
      );
    }),
    toRow(
      'diagnosis',
      'Diagnosis',
      trials.map((trial) => diagnosisLabel(trial.diagnosis)),
    ),
  ];
}

/** Configurations side by side, one row for each parameter that any of them has. */
export function compareConfigurations(trials: readonly TrialDetail[]): ComparedRow[] {
  const names = [...new Set(trials.flatMap((trial) => Object.keys(trial.configuration)))];
  return names.map((name) =>
    toRow(
      name,
      name,
      trials.map((trial) => formatValue(trial.configuration[name])),
    ),
  );
}
