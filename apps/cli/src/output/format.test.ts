import { expect, it } from 'vitest';
import { bar, bytes, count, duration, percent, points, seconds } from './format.ts';

it('writes shares, points and times as people read them', () => {
  expect([percent(0.7244), percent(1), percent(null)]).toEqual(['72.4 %', '100.0 %', '–']);
  expect([points(0.05), points(-0.0721), points(0.0001), points(null)]).toEqual([
    '+5.0',
    '-7.2',
    '0.0',
    '–',
  ]);
  expect([duration(0), duration(65), duration(3723)]).toEqual(['0:00', '1:05', '1:02:03']);
  expect([seconds(1.44), seconds(38.2), seconds(725)]).toEqual(['1.4 s', '38 s', '12:05']);
  expect([bytes(12), bytes(1536), bytes(1024 ** 3)]).toEqual(['12 B', '1.5 KiB', '1.0 GiB']);
  expect([count(85_273), count(null)]).toEqual(['85,273', '–']);
});

it('fills a bar by its share, and never beyond its ends', () => {
  expect([bar(0, 4), bar(0.5, 4), bar(1, 4), bar(7, 4), bar(-1, 4)]).toEqual([
    '░░░░',
    '██░░',
    '████',
    '████',
    '░░░░',
  ]);
});
