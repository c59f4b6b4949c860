/** `72.4 %` of a share; a dash where there is none. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** A difference of shares in points, with its sign: `+3.1`. */
export function points(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const value = (share * 100).toFixed(1);
  return share > 0 && value !== '0.0' ? `+${value}` : value;
}

/** `0:42`, `12:05`, `3:04:05`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `1.4 s`, `38 s`, `12:05`. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  return value < 100 ? `${Math.round(value)} s` : duration(value);
}

export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `85,273`; a dash where there is none. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toLocaleString('en-US');
}

/** A bar of `width` cells, `share` of them full. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
