'use client';

import type { DatasetSample } from '@starling/domain';
import { useEffect, useRef } from 'react';
import { type ChartPalette, seriesColor } from '../../../ui/chart/palette.ts';
import { formatValue } from '../../../ui/format.ts';
import { placeIn, type Range } from './sample-grid.ts';

const WIDTH = 320;
const HEIGHT = 96;
const CODES_AT_MOST = 10;

/** A signal: one line a channel, with the range of its axis in words. */
export function SignalFigure(props: {
  channels: readonly (readonly number[])[];
  range: Range;
  palette: ChartPalette;
  label: string;
}) {
  const { channels, range, palette, label } = props;
  const length = channels[0]?.length ?? 0;
  const pathOf = (channel: readonly number[]): string =>
    channel
      .map((value, index) => {
        const x = (index / Math.max(1, length - 1)) * WIDTH;
        const y = 2 + (1 - placeIn(range, value)) * (HEIGHT - 4);
        return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const zero = range.low < 0 && range.high > 0 ? 2 + (1 - placeIn(range, 0)) * (HEIGHT - 4) : null;
  return (
    <div className="grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-1.5 text-2xs text-ink-3">
      <div className="flex flex-col justify-between text-right leading-none" aria-hidden="true">
        <span>{formatValue(range.high)}</span>
        <span>{formatValue(range.low)}</span>
      </div>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-24 w-full border-b border-l border-line"
      >
        {zero !== null && (
          <line x1={0} x2={WIDTH} y1={zero} y2={zero} stroke={palette.grid} strokeWidth={1} />
        )}
        {channels.map((channel, index) => (
          <path
            key={seriesColor(palette, index) + String(index)}
            d={pathOf(channel)}
            fill="none"
            stroke={channels.length === 1 ? palette.accent : seriesColor(palette, index)}
            strokeWidth={1.25}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <span />
      <div className="mt-0.5 flex justify-between leading-4" aria-hidden="true">
        <span>1</span>
        <span>{length}</span>
      </div>
    </div>
  );
}

function readHex(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** From little to much: lightness falls (or, on dark, rises) all the way, so it reads in grey too. */
export function heatStops(palette: ChartPalette): [string, string, string] {
  return [palette.grid, palette.accent, palette.ink];
}

function heatColor(stops: readonly [number, number, number][], place: number): number[] {
  const scaled = Math.min(1, Math.max(0, place)) * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(scaled));
  const [from, to] = [stops[at], stops[at + 1]];
  if (from === undefined || to === undefined) return [0, 0, 0];
  return from.map((value, part) => Math.round(value + ((to[part] ?? 0) - value) * (scaled - at)));
}

/** Steps and features as a map; time runs to the right, or downwards where steps are a picture's rows. */
export function HeatFigure(props: {
  steps: readonly (readonly number[])[];
  ranges: readonly Range[];
  isPicture: boolean;
  palette: ChartPalette;
  label: string;
}) {
  const { steps, ranges, isPicture, palette, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const features = ranges.length;
  const width = Math.max(1, isPicture ? features : steps.length);
  const height = Math.max(1, isPicture ? steps.length : features);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const stops = heatStops(palette).map(readHex);
    const image = context.createImageData(width, height);
    steps.forEach((step, time) => {
      step.forEach((value, feature) => {
        const range = ranges[feature];
        if (range === undefined) return;
        const [x, y] = isPicture ? [feature, time] : [time, feature];
        image.data.set([...heatColor(stops, placeIn(range, value)), 255], (y * width + x) * 4);
      });
    });
    context.putImageData(image, 0, 0);
  }, [steps, ranges, isPicture, palette, width, height]);
  const drawing = (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      width={width}
      height={height}
      className={
        isPicture
          ? 'block aspect-square w-full max-w-28 rounded-sm [image-rendering:pixelated]'
          : 'block h-24 w-full rounded-sm [image-rendering:pixelated]'
      }
    />
  );
  if (isPicture) return drawing;
  return (
    <div>
      {drawing}
      <div className="mt-0.5 flex justify-between text-2xs leading-4 text-ink-3" aria-hidden="true">
        <span>step 1</span>
        <span>{steps.length}</span>
      </div>
    </div>
  );
}

/** Visits and their codes, by name. */
export function CodesFigure({ sample }: { sample: DatasetSample }) {
  const visits = (sample.codes ?? []).map((codes, index) => ({ number: index + 1, codes }));
  return (
    <ol className="max-h-36 space-y-1 overflow-y-auto text-xs">
      {visits.map(({ number, codes }) => (
        <li key={number} className="flex gap-2">
          <span className="w-6 shrink-0 text-right text-ink-3">{number}</span>
          <span className="min-w-0 font-mono break-words text-ink">
            {codes.slice(0, CODES_AT_MOST).join(', ')}
            {codes.length > CODES_AT_MOST && (
              <span className="text-ink-3"> and {codes.length - CODES_AT_MOST} more</span>
            )}
            {codes.length === 0 && <span className="text-ink-3">no known code</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
