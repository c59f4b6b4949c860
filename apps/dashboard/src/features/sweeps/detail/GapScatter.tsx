'use client';

import type { RankedRow } from '@starling/domain';
import type { EChartsOption } from 'echarts';
import { useRouter } from 'next/navigation';
import { memo, useCallback, useMemo } from 'react';
import { ChartPanel, LegendEntry } from '../../../ui/chart/ChartPanel.tsx';
import { baseOption, tooltipHtml, valueAxis } from '../../../ui/chart/options.ts';
import type { ChartPalette } from '../../../ui/chart/palette.ts';
import { useChartPalette } from '../../../ui/chart/use-chart-palette.ts';
import { formatPercent, formatPlural, formatPoints, formatSi } from '../../../ui/format.ts';
import { FamilyLegend } from '../charts/FamilyLegend.tsx';
import { familyMarks, frontMarks, type MarkDatum } from '../charts/family-marks.ts';
import { thinOut } from '../charts/thin-out.ts';

const MARKS_AT_MOST = 2000;

type Measured = RankedRow & { validationAccuracy: number; overfittingGap: number };

function isMeasured(row: RankedRow): row is Measured {
  return row.validationAccuracy !== null && row.overfittingGap !== null && row.status !== 'failed';
}

/** Accuracy against overfitting gap: up and to the left is better. */
export const GapScatter = memo(function GapScatter({
  rows,
}: {
  rows: readonly RankedRow[] | undefined;
}) {
  const router = useRouter();
  const palette = useChartPalette();
  const measured = useMemo(() => (rows ?? []).filter(isMeasured), [rows]);
  const families = useMemo(
    () => [...new Set(measured.map((row) => row.family))].sort(),
    [measured],
  );
  const drawn = useMemo(
    () =>
      thinOut(measured, MARKS_AT_MOST, (row) => row.isOnParetoFront || row.status === 'running'),
    [measured],
  );
  const option = useCallback((colors: ChartPalette) => scatterOption(colors, drawn), [drawn]);
  return (
    <ChartPanel
      title="Accuracy against overfitting gap"
      hint="Up and to the left is better. Choose a mark to open its trial."
      summary={`Validation accuracy against overfitting gap of ${formatPlural(measured.length, 'trial')}; the Pareto front is drawn as a line.`}
      option={option}
      table={() => ({
        columns: ['trial', 'family', 'validation accuracy', 'gap', 'Pareto front'],
        rows: measured.map((row) => [
          `#${row.number}`,
          row.family,
          formatPercent(row.validationAccuracy, 2),
          formatPoints(row.overfittingGap, 2),
          row.isOnParetoFront ? 'yes' : '',
        ]),
      })}
      isLoading={rows === undefined}
      empty={measured.length === 0 ? 'Trials appear here after their first epoch.' : null}
      onSelect={(id) => router.push(`/trials/${id}`)}
      drawn={{ count: drawn.length, of: measured.length }}
      isLegendLive
      legend={
        <>
          <FamilyLegend families={families} />
          <LegendEntry color={palette.accent}>Pareto front</LegendEntry>
          <LegendEntry color={palette.inkSoft} mark="○">
            still running
          </LegendEntry>
        </>
      }
    />
  );
});

function markOf({ id, family, overfittingGap, validationAccuracy }: Measured): MarkDatum {
  const percent = (share: number): number => Math.round(share * 1e4) / 1e2;
  return { id, family, value: [percent(overfittingGap), percent(validationAccuracy)] };
}

function scatterOption(palette: ChartPalette, rows: readonly Measured[]): EChartsOption {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const front = rows
    .filter((row) => row.isOnParetoFront)
    .sort((a, b) => a.overfittingGap - b.overfittingGap)
    .map(markOf);
  const isRunning = (row: Measured): boolean => !row.isOnParetoFront && row.status === 'running';
  const isPlain = (row: Measured): boolean => !row.isOnParetoFront && row.status !== 'running';
  return {
    ...baseOption(palette),
    grid: { left: 44, right: 16, top: 26, bottom: 36 },
    tooltip: {
      ...baseOption(palette).tooltip,
      trigger: 'item',
      formatter: (params: unknown) => {
        const { data } = params as { data?: { id?: string } };
        const row = data?.id === undefined ? undefined : byId.get(data.id);
        if (row === undefined) return '';
        return tooltipHtml(`#${row.number} ${row.family}`, [
          { name: 'validation accuracy', value: formatPercent(row.validationAccuracy, 2) },
          { name: 'gap', value: formatPoints(row.overfittingGap, 2) },
          { name: 'best epoch', value: String(row.bestEpoch ?? '–') },
          { name: 'parameters', value: formatSi(row.parameters) },
          { name: 'state', value: row.status },
        ]);
      },
    },
    xAxis: valueAxis(palette, 'x', { name: 'overfitting gap, points', isFitted: true }),
    yAxis: valueAxis(palette, 'y', { name: 'validation accuracy, %', isFitted: true }),
    series: [
      {
        type: 'line' as const,
        name: 'Pareto front',
        data: front.map(({ value }) => value),
        step: false,
        symbol: 'none',
        silent: true,
        z: 1,
        lineStyle: { color: palette.accent, width: 1.5, opacity: 0.8 },
      },
      ...familyMarks(palette, rows.filter(isPlain).map(markOf), 9),
      ...familyMarks(palette, rows.filter(isRunning).map(markOf), 9).map((series) => ({
        ...series,
        z: 3,
        itemStyle: {
          color: palette.surface,
          borderColor: series.itemStyle.color,
          borderWidth: 1.5,
        },
      })),
      ...frontMarks(palette, front, 9),
    ],
  } as EChartsOption;
}
