'use client';

import type { RankedRow } from '@starling/domain';
import type { EChartsOption } from 'echarts';
import { useRouter } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { ChartPanel, LegendEntry } from '../../../ui/chart/ChartPanel.tsx';
import { baseOption, tooltipHtml, valueAxis } from '../../../ui/chart/options.ts';
import {
  type ChartPalette,
  familyColor,
  familySymbol,
  symbolText,
} from '../../../ui/chart/palette.ts';
import { useChartPalette } from '../../../ui/chart/use-chart-palette.ts';
import { formatPercent, formatPlural, formatPoints, formatSi } from '../../../ui/format.ts';

/** Marks from which a scatter draws smaller and fainter ones. */
const CROWD = 600;

type Measured = RankedRow & { validationAccuracy: number; overfittingGap: number };

function isMeasured(row: RankedRow): row is Measured {
  return row.validationAccuracy !== null && row.overfittingGap !== null && row.status !== 'failed';
}

/** Accuracy against overfitting gap: up and to the left is better. */
export function GapScatter({ rows }: { rows: readonly RankedRow[] | undefined }) {
  const router = useRouter();
  const palette = useChartPalette();
  const measured = useMemo(() => (rows ?? []).filter(isMeasured), [rows]);
  const families = useMemo(
    () => [...new Set(measured.map((row) => row.family))].sort(),
    [measured],
  );
  const option = useCallback(
    (colors: ChartPalette) => scatterOption(colors, measured, families),
    [measured, families],
  );
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
      isLegendLive
      legend={
        <>
          {families.map((family) => (
            <LegendEntry
              key={family}
              color={familyColor(palette, family)}
              mark={symbolText[familySymbol(family)]}
            >
              {family}
            </LegendEntry>
          ))}
          <LegendEntry color={palette.accent}>Pareto front</LegendEntry>
          <LegendEntry color={palette.inkSoft} mark="○">
            still running
          </LegendEntry>
        </>
      }
    />
  );
}

function scatterOption(
  palette: ChartPalette,
  rows: readonly Measured[],
  families: readonly string[],
): EChartsOption {
  const percent = (share: number): number => Math.round(share * 1e4) / 1e2;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const isCrowded = rows.length > CROWD;
  const front = rows
    .filter((row) => row.isOnParetoFront)
    .sort((a, b) => a.overfittingGap - b.overfittingGap)
    .map((row) => [percent(row.overfittingGap), percent(row.validationAccuracy)]);
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
        data: front,
        step: false,
        symbol: 'none',
        silent: true,
        z: 1,
        lineStyle: { color: palette.accent, width: 1.5, opacity: 0.8 },
      },
      ...families.map((family) => ({
        type: 'scatter' as const,
        name: family,
        symbol: familySymbol(family),
        symbolSize: (family.includes('-') ? 12 : 9) - (isCrowded ? 3 : 0),
        cursor: 'pointer',
        z: 2,
        data: rows
          .filter((row) => row.family === family)
          .map((row) => ({
            id: row.id,
            value: [percent(row.overfittingGap), percent(row.validationAccuracy)],
            itemStyle:
              row.status === 'running'
                ? {
                    color: palette.surface,
                    borderColor: familyColor(palette, family),
                    borderWidth: 1.5,
                  }
                : {
                    color: familyColor(palette, family),
                    opacity: row.isOnParetoFront ? 1 : isCrowded ? 0.4 : 0.62,
                    borderColor: row.isOnParetoFront ? palette.ink : palette.surface,
                    borderWidth: row.isOnParetoFront ? 1.25 : isCrowded ? 0 : 0.5,
                  },
          })),
      })),
    ],
  };
}
