'use client';

import { type DataShape, type DatasetSample, dataKindOf } from '@starling/domain';
import { useEffect, useRef } from 'react';

interface SampleDrawingProps {
  shape: DataShape;
  sample: Pick<DatasetSample, 'values' | 'steps'>;
  label: string;
  height?: number;
}

/** One observation: a signal as a line for each channel, a sequence as a map of steps and features. */
export function SampleDrawing({ shape, sample, label, height = 72 }: SampleDrawingProps) {
  if (dataKindOf(shape) === 'signal' && shape.kind === 'signal') {
    return <SignalLine shape={shape} values={sample.values} label={label} height={height} />;
  }
  const features = shape.kind === 'sequence' ? shape.features : 1;
  const rows =
    sample.steps ??
    Array.from({ length: Math.floor(sample.values.length / features) }, (_, step) =>
      sample.values.slice(step * features, (step + 1) * features),
    );
  return <StepMap rows={rows} label={label} height={height} />;
}

const LINE_WIDTH = 320;
const channelColors = ['var(--accent)', 'var(--violet)', 'var(--info)', 'var(--warn)'];

function SignalLine({
  shape,
  values,
  label,
  height,
}: {
  shape: DataShape & { kind: 'signal' };
  values: readonly number[];
  label: string;
  height: number;
}) {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const span = high - low || 1;
  const channels = Array.from({ length: shape.channels }, (_, channel) =>
    values.slice(channel * shape.length, (channel + 1) * shape.length),
  );
  const pathOf = (channel: readonly number[]): string =>
    channel
      .map((value, index) => {
        const x = (index / Math.max(1, channel.length - 1)) * LINE_WIDTH;
        const y = 3 + (1 - (value - low) / span) * (height - 6);
        return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${LINE_WIDTH} ${height}`}
      preserveAspectRatio="none"
      className="block w-full"
      style={{ height }}
    >
      {channels.map((channel, index) => (
        <path
          key={channelColors[index] ?? String(index)}
          d={pathOf(channel)}
          fill="none"
          stroke={channelColors[index % channelColors.length]}
          strokeWidth={1.25}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

function StepMap({
  rows,
  label,
  height,
}: {
  rows: readonly (readonly number[])[];
  label: string;
  height: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const features = rows[0]?.length ?? 0;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || features === 0) return;
    const flat = rows.flat();
    const low = flat.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = flat.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const image = context.createImageData(features, rows.length);
    flat.forEach((value, index) => {
      // Ink on transparent: reads alike on light and dark.
      const strength = (value - low) / (high - low || 1);
      image.data.set([20, 140, 132, Math.round(strength * 255)], index * 4);
    });
    context.putImageData(image, 0, 0);
  }, [rows, features]);
  const isSquare = features > 0 && rows.length / features > 0.5 && rows.length / features < 2;
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      width={Math.max(1, features)}
      height={Math.max(1, rows.length)}
      className="mx-auto block rounded-sm bg-sunken [image-rendering:pixelated]"
      style={{ height, width: isSquare ? height * (features / rows.length) : '100%' }}
    />
  );
}
