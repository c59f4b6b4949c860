'use client';

import { type RankedRow, type SweepDetail, violationsOf } from '@starling/domain';
import type { EChartsOption } from 'echarts';
import { useRouter } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';
import { ChartPanel, LegendEntry } from '../../../ui/chart/ChartPanel.tsx';
import { baseOption, tooltipHtml, valueAxis } from '../../../ui/chart/options.ts';
import type { ChartPalette } from '../../../ui/chart/palette.ts';
import { useChartPalette } from '../../../ui/chart/use-chart-palette.ts';
import { formatPlural } from '../../../ui/format.ts';
import { SelectInput } from '../../../ui/inputs.tsx';
import { metricTitle } from '../metric-words.ts';
import { FamilyLegend } from './FamilyLegend.tsx';
import { familyMarks, frontMarks } from './family-marks.ts';
import {
  type Measure,
  type MoreMeasurements,
  measureOf,
  metricsOf,
  readMetric,
} from './measures.ts';
import { paretoFront } from './pareto-front.ts';
import { doesCount } from './progress-series.ts';
import { thinOut } from './thin-out.ts';

const MARKS_AT_MOST = 2000;

interface ParetoPanelProps {
  sweep: SweepDetail | undefined;
  rows: readonly RankedRow[] | undefined;
  more: MoreMeasurements | undefined;
  /** Asks for measurements that rows leave out, once a metric needs them. */
  onMetric: (metric: string) => void;
}

interface TradeOff {
  row: RankedRow;
  x: number;
  y: number;
  /** Within every limit of the sweep. */
  isFeasible: boolean;
}

/** Any two metrics against each other, and the trials that no other beats in both. */
export function ParetoPanel({ sweep, rows, more, onMetric }: ParetoPanelProps) {
  const router = useRouter();
  const palette = useChartPalette();
  const objectives = sweep?.spec.objectives ?? [];
  const [
    first = 'validationAccuracy',
    second = first === 'parameters' ? 'validationAccuracy' : 'parameters',
  ] = objectives.map(({ metric }) => metric);
  const [wantedX, setX] = useState<string | null>(null);
  const [wantedY, setY] = useState<string | null>(null);
  const x = useMemo(
    () => measureOf(wantedX ?? second, objectives, more),
    [wantedX, second, objectives, more],
  );
  const y = useMemo(
    () => measureOf(wantedY ?? first, objectives, more),
    [wantedY, first, objectives, more],
  );
  const constraints = sweep?.spec.constraints ?? [];
  const points = useMemo(
    () => tradeOffs(rows ?? [], x, y, constraints, more),
    [rows, x, y, constraints, more],
  );
  const front = useMemo(
    () =>
      paretoFront(
        points.filter(({ isFeasible }) => isFeasible),
        { x: x.direction, y: y.direction },
      ),
    [points, x, y],
  );
  const onFront = useMemo(() => new Set(front), [front]);
  const drawn = useMemo(
    () => thinOut(points, MARKS_AT_MOST, (point) => onFront.has(point)),
    [points, onFront],
  );
  const option = useCallback(
    (colors: ChartPalette) => paretoOption(colors, drawn, front, x, y),
    [drawn, front, x, y],
  );
  const families = useMemo(
    () => [...new Set(points.map(({ row }) => row.family))].sort(),
    [points],
  );
  const past = points.filter(({ isFeasible }) => !isFeasible).length;
  const metrics = metricsOf(objectives);
  const pick = (label: string, value: string, set: (metric: string) => void) => (
    <SelectInput
      aria-label={label}
      className="w-44!"
      value={value}
      onChange={(event) => {
        onMetric(event.target.value);
        set(event.target.value);
      }}
    >
      {metrics.map((metric) => (
        <option key={metric} value={metric}>
          {metricTitle(metric)}
        </option>
      ))}
    </SelectInput>
  );
  const better = (measure: Measure): string => (measure.direction === 'maximize' ? 'high' : 'low');
  return (
    <ChartPanel
      title="Pareto front"
      hint={`${formatPlural(front.length, 'trial')} that no other beats in both; ${better(y)} ${inSentence(y.metric)} and ${better(x)} ${inSentence(x.metric)} are better`}
      summary={`${y.title} against ${x.title} of ${formatPlural(points.length, 'trial')}; ${front.length} on the Pareto front.`}
      height={400}
      option={option}
      table={() => {
        const ordered = [...front, ...points.filter((point) => !onFront.has(point))];
        return {
          columns: ['trial', 'family', y.title, x.title, 'Pareto front', 'limits'],
          rows: ordered.map((point) => [
            `#${point.row.number}`,
            point.row.family,
            y.format(point.y),
            x.format(point.x),
            onFront.has(point) ? 'yes' : '',
            point.isFeasible ? '' : 'past',
          ]),
          links: ordered.map(({ row }) => `/trials/${row.id}`),
        };
      }}
      isLoading={rows === undefined}
      empty={points.length === 0 ? 'No trial has both measurements yet.' : null}
      onSelect={(id) => router.push(`/trials/${id}`)}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          {pick('Up', y.metric, setY)}
          <span className="text-xs text-ink-3">against</span>
          {pick('Across', x.metric, setX)}
        </span>
      }
      drawn={{ count: drawn.length, of: points.length }}
      isLegendLive
      legend={
        <>
          <LegendEntry color={palette.accent}>Pareto front</LegendEntry>
          <FamilyLegend families={families} />
          {past > 0 && (
            <LegendEntry color={palette.inkSoft} mark="○">
              past a limit ({past})
            </LegendEntry>
          )}
        </>
      }
    />
  );
}

/** A metric's title within a sentence: `validation macro F1`. */
function inSentence(metric: string): string {
  const title = metricTitle(metric);
  return /^[A-Z][a-z]/.test(title) ? title[0]?.toLowerCase() + title.slice(1) : title;
}

function tradeOffs(
  rows: readonly RankedRow[],
  x: Measure,
  y: Measure,
  constraints: SweepDetail['spec']['constraints'],
  more: MoreMeasurements | undefined,
): TradeOff[] {
  return rows.flatMap((row) => {
    if (!doesCount(row)) return [];
    const [atX, atY] = [x.read(row), y.read(row)];
    if (atX === null || atY === null) return [];
    const violations =
      row.violations ??
      violationsOf(
        constraints,
        Object.fromEntries(
          constraints.map(({ metric }) => [metric, readMetric(row, metric, more)]),
        ),
      );
    // What was not measured cannot be said to be past its limit.
    return [{ row, x: atX, y: atY, isFeasible: violations.every((by) => by === null || by <= 0) }];
  });
}

function paretoOption(
  palette: ChartPalette,
  points: readonly TradeOff[],
  front: readonly TradeOff[],
  x: Measure,
  y: Measure,
): EChartsOption {
  const byId = new Map(points.map((point) => [point.row.id, point]));
  const onFront = new Set(front);
  const rest = points.filter((point) => !onFront.has(point));
  const datum = ({ row, x: atX, y: atY }: TradeOff) => ({
    id: row.id,
    family: row.family,
    value: [atX, atY] as [number, number],
  });
  return {
    ...baseOption(palette),
    grid: { left: 56, right: 20, top: 26, bottom: 40 },
    tooltip: {
      ...baseOption(palette).tooltip,
      trigger: 'item',
      formatter: (params: unknown) => {
        const point = byId.get((params as { data?: { id?: string } }).data?.id ?? '');
        if (point === undefined) return '';
        return tooltipHtml(`#${point.row.number} ${point.row.family}`, [
          { name: y.title, value: y.format(point.y) },
          { name: x.title, value: x.format(point.x) },
          ...(point.isFeasible ? [] : [{ name: 'limits', value: 'past one' }]),
        ]);
      },
    },
    xAxis: valueAxis(palette, 'x', { name: x.title, isFitted: true, format: x.tick }),
    yAxis: valueAxis(palette, 'y', { name: y.title, isFitted: true, format: y.tick }),
    series: [
      {
        type: 'line' as const,
        name: 'Pareto front',
        data: front.map((point) => [point.x, point.y]),
        symbol: 'none',
        silent: true,
        z: 1,
        lineStyle: { color: palette.accent, width: 1.5 },
      },
      ...familyMarks(palette, rest.filter(({ isFeasible }) => isFeasible).map(datum)),
      {
        type: 'scatter' as const,
        symbolSize: 7,
        cursor: 'pointer',
        itemStyle: {
          color: 'transparent',
          borderColor: palette.inkSoft,
          borderWidth: 1,
          opacity: 0.6,
        },
        data: rest.filter(({ isFeasible }) => !isFeasible).map(datum),
      },
      ...frontMarks(palette, front.map(datum), 11),
    ],
  } as EChartsOption;
}
