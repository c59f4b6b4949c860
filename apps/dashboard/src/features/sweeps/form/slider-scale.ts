/** Steps of a slider's track. */
export const TRACK_STEPS = 400;

export interface SliderScale {
  min: number;
  max: number;
  scale: 'linear' | 'log';
  type: 'int' | 'float';
}

/** Where a value lies on the track, from 0 to `TRACK_STEPS`; values beyond an end lie at it. */
export function toPosition(value: number, scale: SliderScale): number {
  const { min, max } = scale;
  if (max <= min) return 0;
  const share =
    scale.scale === 'log'
      ? Math.log(Math.max(value, min) / min) / Math.log(max / min)
      : (value - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, share)) * TRACK_STEPS);
}

/**
 * The value at a position: whole for integers, two significant digits on a log scale, a
 * round step on a linear one; the ends are the bounds themselves.
 */
export function fromPosition(position: number, scale: SliderScale): number {
  const { min, max } = scale;
  if (position <= 0) return min;
  if (position >= TRACK_STEPS) return max;
  const share = position / TRACK_STEPS;
  const raw = scale.scale === 'log' ? min * (max / min) ** share : min + (max - min) * share;
  if (scale.type === 'int') return Math.round(raw);
  if (scale.scale === 'log') return Number(raw.toPrecision(2));
  const step = 10 ** Math.floor(Math.log10((max - min) / 100));
  return Number((Math.round(raw / step) * step).toPrecision(12));
}

/** The ends of a track: legal, wide enough for the sensible range and what is set already. */
export function trackOf(
  parameter: {
    type: 'int' | 'float';
    minimum: number;
    maximum: number;
    search: { minimum: number; maximum: number };
  },
  scale: 'linear' | 'log',
  current: { min: number | null; max: number | null },
): SliderScale {
  const low = Math.min(parameter.search.minimum, current.min ?? parameter.search.minimum);
  const high = Math.max(parameter.search.maximum, current.max ?? parameter.search.maximum);
  if (scale === 'log') {
    // Zero has no place on a log track: it begins below what is sensible.
    const least = parameter.type === 'int' ? 1 : Math.max(low / 10, Number.MIN_VALUE);
    const min = parameter.minimum > 0 ? parameter.minimum : Math.max(least, 1e-9);
    return { type: parameter.type, scale, min, max: Math.min(parameter.maximum, high * 16) };
  }
  const width = high - low;
  return {
    type: parameter.type,
    scale,
    min: Math.max(parameter.minimum, low - width),
    max: Math.min(parameter.maximum, high + width * 2),
  };
}
