import { buildNetwork, type DataShape, families, familyOf } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { fitFamily } from './fit-family.ts';

const signal: DataShape = { kind: 'signal', channels: 1, length: 178, classes: 5 };
const digits: DataShape = {
  kind: 'sequence',
  features: 28,
  maxSteps: 28,
  classes: 10,
  variable: false,
};

function rangeOf(family: string, shape: DataShape, name: string) {
  const dimension = fitFamily(familyOf(family), shape)[name];
  if (dimension?.mode !== 'range') throw new Error(`${name} is no range`);
  return [dimension.min, dimension.max];
}

describe('fitFamily', () => {
  it('keeps the sensible ranges where they fit', () => {
    expect(rangeOf('cnn', signal, 'kernel')).toEqual([3, 9]);
    expect(rangeOf('mlp', digits, 'width')).toEqual([16, 256]);
  });

  it('narrows them where the data is short, to what can be built', () => {
    const dimensions = fitFamily(familyOf('cnn'), digits);
    const top = Object.fromEntries(
      Object.entries(dimensions).flatMap(([name, dimension]) =>
        dimension.mode === 'range' && dimension.max !== null ? [[name, dimension.max]] : [],
      ),
    );
    expect(() => buildNetwork({ family: 'cnn', ...top }, digits)).not.toThrow();
    expect(top['blocks']).toBeLessThan(4);
  });

  it('gives every family of numbers something for every kind of data that it takes', () => {
    for (const family of families) {
      expect(Object.keys(fitFamily(family, signal))).toEqual(
        family.parameters.map((parameter) => parameter.name),
      );
    }
  });
});
