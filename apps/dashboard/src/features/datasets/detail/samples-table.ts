import type { DatasetSample, DatasetSummary } from '@starling/domain';
import type { ChartTableData } from '../../../ui/chart/ChartTable.tsx';
import { formatValue } from '../../../ui/format.ts';
import { stepsOf } from './sample-grid.ts';

/** The numbers behind drawings of samples: a column a sample, a row a position. */
export function samplesTable(
  { shape, featureNames }: Pick<DatasetSummary, 'shape' | 'featureNames'>,
  samples: readonly DatasetSample[],
): ChartTableData {
  if (samples.some((sample) => sample.codes !== undefined)) {
    return {
      columns: ['row', 'class', 'visit', 'codes'],
      rows: samples.flatMap((sample) =>
        (sample.codes ?? []).map((codes, visit) => [
          String(sample.index + 1),
          sample.className,
          String(visit + 1),
          codes.join(', '),
        ]),
      ),
    };
  }
  const titles = samples.map(({ index, className }) => `row ${index + 1}, ${className}`);
  if (shape.kind === 'signal') {
    const nameOf = (position: number): string =>
      featureNames[position] ??
      (shape.channels === 1
        ? String(position + 1)
        : `channel ${Math.floor(position / shape.length) + 1}, ${(position % shape.length) + 1}`);
    return {
      columns: ['sample', ...titles],
      rows: Array.from({ length: shape.channels * shape.length }, (_, position) => [
        nameOf(position),
        ...samples.map(({ values }) => formatValue(values[position])),
      ]),
    };
  }
  const sequences = samples.map((sample) => stepsOf(sample, shape.features));
  const longest = Math.max(0, ...sequences.map((steps) => steps.length));
  return {
    columns: ['step, feature', ...titles],
    rows: Array.from({ length: longest * shape.features }, (_, place) => {
      const step = Math.floor(place / shape.features);
      const feature = place % shape.features;
      return [
        `${step + 1}, ${featureNames[feature] ?? feature + 1}`,
        ...sequences.map((steps) => formatValue(steps[step]?.[feature])),
      ];
    }),
  };
}
