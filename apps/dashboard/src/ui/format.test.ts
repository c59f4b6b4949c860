import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatLoss,
  formatPercent,
  formatPlural,
  formatPoints,
  formatSeconds,
  formatSi,
  formatValue,
  NOTHING,
} from './format.ts';

describe('accuracies and gaps', () => {
  it.each([
    [0.8742, '87.4 %'],
    [1, '100.0 %'],
    [0, '0.0 %'],
    [null, NOTHING],
    [Number.NaN, NOTHING],
  ])('shows the share %s as %s', (share, text) => expect(formatPercent(share)).toBe(text));

  it.each([
    [0.0321, '+3.2 pt'],
    [-0.0321, '−3.2 pt'],
    [0.0004, '0.0 pt'],
    [-0.0004, '0.0 pt'],
    [undefined, NOTHING],
  ])('shows the gap %s as %s', (share, text) => expect(formatPoints(share)).toBe(text));
});

describe('sizes', () => {
  it.each([
    [997, '997'],
    [2949, '2.95 k'],
    [51_185, '51.2 k'],
    [999_960, '1.00 M'],
    [1_200_000, '1.20 M'],
    [3.2e9, '3.20 G'],
    [null, NOTHING],
  ])('shows %s as %s', (value, text) => expect(formatSi(value)).toBe(text));

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [1024 ** 3, '1.0 GiB'],
    [200 * 1024 ** 2, '200 MiB'],
  ])('shows %s bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('time', () => {
  it.each([
    [0.84, '840 ms'],
    [0.9996, '1.0 s'],
    [12.44, '12.4 s'],
    [59.96, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3900, '1 h 05 min'],
    [187_200, '2 d 4 h'],
    [null, NOTHING],
  ])('shows %s seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('never speaks of the future', () => {
    expect(formatAgo(10_000, 0)).toBe('now');
    expect(formatAgo(0, 12_000)).toBe('12 s ago');
    expect(formatAgo(0, 5 * 60_000)).toBe('5 min ago');
    expect(formatAgo(0, 72 * 3_600_000)).toBe('3 d ago');
  });
});

describe('values', () => {
  it.each([
    [0.0001, '1e-4'],
    [0.00012345, '1.23e-4'],
    [0.0012346, '0.001235'],
    [32, '32'],
    [true, 'yes'],
    ['relu', 'relu'],
    [undefined, NOTHING],
  ])('shows %s as %s', (value, text) => expect(formatValue(value)).toBe(text));

  it('keeps losses short', () => {
    expect(formatLoss(0.51234567)).toBe('0.5123');
    expect(formatLoss(0.00001)).toBe('1.00e-5');
    expect(formatLoss(null)).toBe(NOTHING);
  });

  it('counts in the plural', () => {
    expect(formatPlural(1, 'trial')).toBe('1 trial');
    expect(formatPlural(1200, 'trial')).toBe('1,200 trials');
  });
});
