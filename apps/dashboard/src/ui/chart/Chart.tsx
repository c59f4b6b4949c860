'use client';

import { clsx } from 'clsx';
import type { ECharts, EChartsOption } from 'echarts';
import { useEffect, useRef, useState } from 'react';
import { type ChartPalette, palettes } from './palette.ts';
import { useChartPalette } from './use-chart-palette.ts';

interface ChartProps {
  /** What the chart shows, in a sentence, for those who do not see it. */
  summary: string;
  option: (palette: ChartPalette) => EChartsOption;
  height: number;
  /** Called with the `id` of the datum that was clicked. */
  onSelect?: ((id: string) => void) | undefined;
  className?: string;
}

function readDatumId(params: unknown): string | undefined {
  if (params === null || typeof params !== 'object' || !('data' in params)) return undefined;
  const { data } = params;
  if (data === null || typeof data !== 'object' || !('id' in data)) return undefined;
  return typeof data.id === 'string' ? data.id : undefined;
}

/** The bare canvas: loads the library when first drawn, follows theme and size. */
export function Chart({ summary, option, height, onSelect, className }: ChartProps) {
  const palette = useChartPalette();
  const holder = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    let isOver = false;
    let instance: ECharts | undefined;
    const observer = new ResizeObserver(() => instance?.resize());
    void import('./echarts.ts').then(({ init }) => {
      if (isOver) return;
      instance = init(element, undefined, { renderer: 'canvas' });
      instance.on('click', (params) => {
        const id = readDatumId(params);
        if (id !== undefined) select.current?.(id);
      });
      observer.observe(element);
      setChart(instance);
    });
    return () => {
      isOver = true;
      observer.disconnect();
      instance?.dispose();
      setChart(null);
    };
  }, []);

  useEffect(() => {
    if (chart === null || chart.isDisposed()) return;
    chart.setOption(option(palette), { notMerge: true, lazyUpdate: true });
  }, [chart, option, palette]);

  return (
    <div
      ref={holder}
      role="img"
      aria-label={summary}
      data-theme={palette === palettes.dark ? 'dark' : 'light'}
      style={{ height }}
      className={clsx('w-full min-w-0', className)}
    />
  );
}
