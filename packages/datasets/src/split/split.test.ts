import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planGroupedSplit } from './plan-grouped-split.ts';
import { planStratifiedSplit } from './plan-stratified-split.ts';
import { apportion } from './shares.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const shareLists = fc.constantFrom(
  { train: 0.8, validation: 0.1, test: 0.1 },
  { train: 0.6, validation: 0.2, test: 0.2 },
  { train: 0.75, validation: 0.25, test: 0 },
  { train: 0.34, validation: 0.33, test: 0.33 },
);
const classLists = fc.array(fc.nat(4), { minLength: 15, maxLength: 400 }).map((rest) =>
  // Every class has rows enough for three sides.
  Int32Array.from([...rest, ...NAMES.flatMap((_, index) => [index, index, index])]),
);

describe('largest remainder', () => {
  test.each([
    [10, [0.8, 0.1, 0.1], [8, 1, 1]],
    [230, [0.8, 0.1, 0.1], [184, 23, 23]],
    [14, [0.8, 0.1, 0.1], [11, 2, 1]],
    [5, [0.8, 0.1, 0.1], [3, 1, 1]],
    [3, [0.8, 0.1, 0.1], [1, 1, 1]],
    [7, [0.5, 0.5, 0], [4, 3, 0]],
  ])('cuts %d by %j into %j', (total, shares, counts) => {
    expect(apportion(total, shares, [0, 0, 0])).toEqual(counts);
  });

  test('lets the side win that was short before', () => {
    expect(apportion(14, [0.8, 0.1, 0.1], [0, -0.6, 0.4])).toEqual([11, 1, 2]);
  });
});

describe('a stratified split', () => {
  test('gives every side its share of every class, to the row', () => {
    fc.assert(
      fc.property(classLists, shareLists, fc.nat(1000), (classes, shares, seed) => {
        const sides = planStratifiedSplit(classes, NAMES, shares, seed);
        const wanted = [shares.train, shares.validation, shares.test];
        NAMES.forEach((_, index) => {
          const rows = classes.filter((one) => one === index).length;
          wanted.forEach((share, side) => {
            const count = classes.filter((one, row) => one === index && sides[row] === side).length;
            if (share === 0) expect(count).toBe(0);
            else expect(count).toBeGreaterThan(0);
            // Small classes give a row to each side first.
            if (rows * Math.min(...wanted.filter((one) => one > 0)) >= 1) {
              expect(Math.abs(count - share * rows)).toBeLessThan(1);
            }
          });
        });
      }),
    );
  });

  test('is exact over all classes together where the shares allow it', () => {
    const classes = Int32Array.from({ length: 700 }, (_, row) => row % 50);
    const names = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const sides = planStratifiedSplit(
      classes,
      names,
      { train: 0.8, validation: 0.1, test: 0.1 },
      1,
    );
    const counts = [0, 1, 2].map((side) => sides.filter((one) => one === side).length);
    expect(counts).toEqual([550, 75, 75]);
  });

  test('is the same for the same seed, and another for another', () => {
    const classes = Int32Array.from({ length: 100 }, (_, row) => row % 2);
    const shares = { train: 0.8, validation: 0.1, test: 0.1 };
    const split = (seed: number) => [...planStratifiedSplit(classes, ['a', 'b'], shares, seed)];
    expect(split(7)).toEqual(split(7));
    expect(split(7)).not.toEqual(split(8));
  });

  test('refuses classes with too few rows, by name', () => {
    const classes = Int32Array.of(0, 0, 0, 0, 1, 1);
    const shares = { train: 0.8, validation: 0.1, test: 0.1 };
    expect(() => planStratifiedSplit(classes, ['many', 'few'], shares, 1)).toThrow(
      'class few: it has too few rows for a split of 0.8/0.1/0.1 (got 2 rows)',
    );
  });
});

describe('a grouped split', () => {
  const names = { classNames: NAMES, group: 'patient' };

  test('keeps every group on one side', () => {
    fc.assert(
      fc.property(classLists, shareLists, fc.nat(50), (classes, shares, seed) => {
        const groupCount = 30;
        const groups = classes.map((_, row) => (row * 7) % groupCount);
        const sides = planGroupedSplit({ classes, groups, groupCount }, names, shares, seed);
        const sideOf = new Map<number, number>();
        groups.forEach((group, row) => {
          expect(sideOf.get(group) ?? sides[row]).toBe(sides[row]);
          sideOf.set(group, sides[row] as number);
        });
      }),
    );
  });

  test('stays near the shares of every class, though groups are of one class each', () => {
    // 100 recordings a class, 20 to 30 rows each, as EEG sets are made.
    const rows = NAMES.flatMap((_, index) =>
      Array.from({ length: 100 }, (_, recording) => ({ index, recording })).flatMap((one) =>
        Array.from({ length: 20 + (one.recording % 11) }, () => one),
      ),
    );
    const classes = Int32Array.from(rows, ({ index }) => index);
    const groups = Int32Array.from(rows, ({ index, recording }) => index * 100 + recording);
    const shares = { train: 0.8, validation: 0.1, test: 0.1 };
    const sides = planGroupedSplit({ classes, groups, groupCount: 500 }, names, shares, 3);
    NAMES.forEach((_, index) => {
      const ofClass = rows.filter((row) => row.index === index).length;
      [0.8, 0.1, 0.1].forEach((share, side) => {
        const count = classes.filter((one, row) => one === index && sides[row] === side).length;
        expect(Math.abs(count / ofClass - share)).toBeLessThan(0.01);
      });
    });
  });

  test('puts the one group of a rare class into train', () => {
    const classes = Int32Array.from({ length: 60 }, (_, row) => (row < 4 ? 1 : 0));
    const groups = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 4));
    const shares = { train: 0.6, validation: 0.2, test: 0.2 };
    const sides = planGroupedSplit(
      { classes, groups, groupCount: 15 },
      { classNames: ['common', 'rare'], group: 'g' },
      shares,
      1,
    );
    expect([...sides.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  test('refuses fewer groups than sides', () => {
    const classes = Int32Array.of(0, 1, 0, 1);
    const groups = Int32Array.of(0, 0, 1, 1);
    const shares = { train: 0.8, validation: 0.1, test: 0.1 };
    const two = { classNames: ['a', 'b'], group: 'patient' };
    expect(() => planGroupedSplit({ classes, groups, groupCount: 2 }, two, shares, 1)).toThrow(
      /group patient: no whole group fits into (validation|test).*2 groups/,
    );
  });

  test('refuses a class that no side but validation or test could have', () => {
    // One group holds nearly everything, so it must be train; the rare class is elsewhere.
    const classes = Int32Array.from({ length: 100 }, (_, row) => (row >= 98 ? 1 : 0));
    const groups = Int32Array.from({ length: 100 }, (_, row) => Math.max(0, row - 97));
    const shares = { train: 0.98, validation: 0.01, test: 0.01 };
    const sides = () =>
      planGroupedSplit(
        { classes, groups, groupCount: 3 },
        { classNames: ['common', 'rare'], group: 'g' },
        shares,
        1,
      );
    expect(sides).toThrow(/in train|fits into/);
  });
});
