import { describe, expect, test } from 'vitest';
import { findClosestName } from './closest-name.ts';
import { orderClasses } from './order-classes.ts';

describe('the order of classes', () => {
  test.each([
    [
      ['10', '9', '1'],
      ['1', '9', '10'],
      [2, 1, 0],
    ],
    [
      ['2', '1.0', '1', '-3'],
      ['-3', '1', '2'],
      [2, 1, 1, 0],
    ],
    [
      ['b', '10', 'a', '9'],
      ['10', '9', 'a', 'b'],
      [3, 0, 2, 1],
    ],
    [
      ['ä', 'z', 'Z'],
      ['Z', 'z', 'ä'],
      [2, 1, 0],
    ],
    [['0', '-0'], ['0'], [0, 0]],
  ])('of %j is %j', (labels, classNames, classOf) => {
    expect(orderClasses(labels)).toEqual({ classNames, classOf: Int32Array.from(classOf) });
  });
});

describe('the closest name', () => {
  test.each([
    ['lable', ['X1', 'label', 'id'], 'label'],
    ['Y', ['X1', 'y'], 'y'],
    ['outcome', ['a', 'b'], undefined],
  ])('to %s in %j is %s', (name, candidates, closest) => {
    expect(findClosestName(name, candidates)).toBe(closest);
  });
});
