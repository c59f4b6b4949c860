import { describe, expect, it } from 'vitest';
import { isAt, places } from './navigation.ts';

describe('isAt', () => {
  it.each([
    ['/', 'Sweeps'],
    ['/sweeps/new', 'Sweeps'],
    ['/trials/trl_1', 'Sweeps'],
    ['/models/eeg', 'Models'],
    ['/datasets', 'Data sets'],
  ])('puts %s under %s alone', (pathname, label) => {
    expect(places.filter((place) => isAt(place, pathname)).map((place) => place.label)).toEqual([
      label,
    ]);
  });

  it('does not take a longer word for a folder', () => {
    expect(places.some((place) => isAt(place, '/modelshop'))).toBe(false);
  });
});
