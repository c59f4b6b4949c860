'use client';

import type { DatasetSummary, SplitName } from '@starling/domain';
import type { EChartsOption } from 'echarts';
import { useCallback, useMemo, useState } from 'react';
import { ChartPanel, LegendEntry } from '../../../ui/chart/ChartPanel.tsx';
import { baseOption, tooltipHtml, valueAxis } from '../../../ui/chart/options.ts';
import { type ChartPalette, seriesColor } from '../../../ui/chart/palette.ts';
import { useChartPalette } from '../../../ui/chart/use-chart-palette.ts';
import { formatCount, formatPercent, formatPlural } from '../../../ui/format.ts';
import { Segments } from '../../../ui/inputs.tsx';
import { balanceOf, CLASSES_AT_MOST, majorityShare, type SplitBalance } from './class-balance.ts';

type Unit = 'shares' | 'counts';

/** Rows of each class on each side. */
export function ClassBalance({ dataset }: { dataset: DatasetSummary | undefined }) {
  const [unit, setUnit] = useState<Unit>('shares');
  const palette = useChartPalette();
  const balance = useMemo(() => (dataset === undefined ? [] : balanceOf(dataset)), [dataset]);
  const names = useMemo(() => dataset?.classNames ?? [], [dataset]);
  const option = useCallback(
    (colors: ChartPalette) => balanceOption(colors, balance, names, unit),
    [balance, names, unit],
  );
  return (
    <ChartPanel
      title="Class balance"
      hint={
        dataset === undefined
          ? undefined
          : `Always naming the most frequent class is right ${formatPercent(majorityShare(dataset))} of the time`
      }
      height={260}
      summary={`Rows of ${formatPlural(names.length, 'class', 'classes')} on each side of the split.`}
      option={option}
      isLoading={dataset === undefined}
      empty={null}
      table={() => ({
        columns: ['class', ...balance.flatMap(({ split }) => [`${split} rows`, `${split} share`])],
        rows: names.map((name, index) => [
          name,
          ...balance.flatMap(({ counts, shares }) => [
            formatCount(counts[index]),
            formatPercent(shares[index], 2),
          ]),
        ]),
      })}
      actions={
        <Segments
          label="Unit"
          value={unit}
          onValue={setUnit}
          options={[
            { value: 'shares', label: 'Shares' },
            { value: 'counts', label: 'Rows' },
          ]}
        />
      }
      legend={
        <>
          {balance.map(({ split, rows }) => (
            <LegendEntry key={split} color={sideColor(palette, split)} mark="■">
              {split}, {formatPlural(rows, 'row')}
            </LegendEntry>
          ))}
          {names.length > CLASSES_AT_MOST && (
            <span>
              First {CLASSES_AT_MOST} of {formatCount(names.length)} classes; the table has all.
            </span>
          )}
        </>
      }
    />
  );
}

/** Sides have the colours that they have in learning curves. */
function sideColor(palette: ChartPalette, split: SplitName): string {
  return split === 'test' ? seriesColor(palette, 0) : palette[split];
}

function balanceOption(
  palette: ChartPalette,
  balance: readonly SplitBalance[],
  names: readonly string[],
  unit: Unit,
): EChartsOption {
  const shown = names.slice(0, CLASSES_AT_MOST);
  return {
    ...baseOption(palette),
    grid: { left: 48, right: 12, top: 26, bottom: 40 },
    tooltip: {
      ...baseOption(palette).tooltip,
      trigger: 'axis',
      axisPointer: { type: 'none' },
      formatter: (params: unknown) => {
        const [first] = (Array.isArray(params) ? params : []) as { dataIndex: number }[];
        const index = first?.dataIndex ?? 0;
        return tooltipHtml(
          `Class ${names[index] ?? ''}`,
          balance.map(({ split, counts, shares }) => ({
            name: split,
            color: sideColor(palette, split),
            value: `${formatCount(counts[index])} · ${formatPercent(shares[index])}`,
          })),
        );
      },
    },
    xAxis: {
      type: 'category',
      name: 'class',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: palette.inkSoft, fontSize: 11 },
      data: shown,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.inkSoft, fontSize: 11, width: 90, overflow: 'truncate' },
    },
    yAxis: {
      ...valueAxis(palette, 'y', {
        name: unit === 'shares' ? 'share of its side, %' : 'rows',
        min: 0,
        isInteger: unit === 'counts',
      }),
    },
    series: balance.map(({ split, counts, shares }) => ({
      type: 'bar' as const,
      name: split,
      color: sideColor(palette, split),
      barMaxWidth: 26,
      barGap: '12%',
      itemStyle: { borderRadius: [3, 3, 0, 0] },
      data:
        unit === 'shares'
          ? shares.slice(0, CLASSES_AT_MOST).map((share) => Math.round(share * 1e4) / 1e2)
          : counts.slice(0, CLASSES_AT_MOST),
    })),
  };
}
