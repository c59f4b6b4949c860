import { buildNetwork, type DataShape, dataKindOf, families } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { checkFit } from './check-fit.ts';

const shapes: DataShape[] = [
  { kind: 'signal', channels: 1, length: 178, classes: 5 },
  { kind: 'signal', channels: 3, length: 178, classes: 5 },
  { kind: 'sequence', features: 28, maxSteps: 100, classes: 10, variable: false },
  { kind: 'sequence', features: 28, maxSteps: 100, classes: 10 },
];

describe('checkFit', () => {
  it('takes every family on the data that it was built for, and refuses it on other data', () => {
    for (const shape of shapes) {
      for (const family of families) {
        if (!family.accepts.includes(dataKindOf(shape))) continue;
        const more = family.id === 'rnn' ? { chunk: 7 } : {};
        const spec = buildNetwork({ family: family.id, ...more }, shape);
        expect(() => checkFit(spec, shape), family.id).not.toThrow();
        const other: DataShape =
          shape.kind === 'signal'
            ? { ...shape, length: shape.length + 7 }
            : { ...shape, features: 29 };
        expect(() => checkFit(spec, other), family.id).toThrow(/input: the network does not fit/);
        expect(() => checkFit(spec, { ...shape, classes: 3 })).toThrow(/classes/);
      }
    }
  });

  it('refuses a network that cannot be built', () => {
    const shape = shapes[0] as DataShape;
    const spec = buildNetwork({ family: 'mlp' }, shape);
    expect(() => checkFit({ ...spec, layers: spec.layers.slice(1) }, shape)).toThrow(/layers\.0/);
  });
});
