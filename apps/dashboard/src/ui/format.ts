/** What stands where there is nothing to show. */
export const NOTHING = '–';

/** A share (0..1) as percent: `87.4 %`. */
export function formatPercent(share: number | null | undefined, decimals = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NOTHING;
  return `${(share * 100).toFixed(decimals)} %`;
}

/** A difference of shares in points: `+3.2 pt`; a true minus sign. */
export function formatPoints(share: number | null | undefined, decimals = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NOTHING;
  const points = (share * 100).toFixed(decimals);
  if (Number(points) === 0) return `${(0).toFixed(decimals)} pt`;
  return `${share < 0 ? '−' : '+'}${points.replace('-', '')} pt`;
}

const SI = [
  { limit: 1e12, unit: 'T' },
  { limit: 1e9, unit: 'G' },
  { limit: 1e6, unit: 'M' },
  { limit: 1e3, unit: 'k' },
] as const;

/** A count with an SI prefix and three significant digits: `2.95 k`, `51.2 k`, `1.20 M`. */
export function formatSi(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  // 999,950 would print as 1000 k: choose the unit by the rounded number.
  const step = SI.find(({ limit }) => size >= limit * 0.9995);
  if (step === undefined)
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  return `${(value / step.limit).toPrecision(3)} ${step.unit}`;
}

/** A whole number with thin spaces between thousands, for exact values. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return value.toLocaleString('en-US');
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text} ${BYTE_UNITS[unit]}`;
}

/** A duration: `840 ms`, `12.4 s`, `3 min 20 s`, `1 h 05 min`, `2 d 4 h`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long ago, roughly: `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - thenMs) / 1000));
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.round(hours / 24)} d ago`;
}

/** A hyperparameter's value: numbers with four significant digits, small ones as 1e-4. */
export function formatValue(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (value === 0 || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  }
  return String(Number(value.toPrecision(4)));
}

/** A loss or another bare number with four significant digits. */
export function formatLoss(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) {
    return value.toExponential(2);
  }
  return value.toPrecision(4);
}

/** `1 trial`, `2 trials`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
