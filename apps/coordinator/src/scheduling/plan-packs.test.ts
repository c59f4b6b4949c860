import { buildNetwork } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { packSignature, planPacks } from './plan-packs.ts';

const trial = (trialId: string, signature: string) => ({ trialId, signature });
const ids = (packs: { trialId: string }[][]) =>
  packs.map((pack) => pack.map(({ trialId }) => trialId));

describe('planPacks', () => {
  it.each([
    ['nothing', [], 4, []],
    ['one each where packs hold one', [trial('a', 'x'), trial('b', 'x')], 1, [['a'], ['b']]],
    [
      'equal signatures together, in order',
      [trial('a', 'x'), trial('b', 'y'), trial('c', 'x')],
      4,
      [['a', 'c'], ['b']],
    ],
    [
      'full packs closed',
      [trial('a', 'x'), trial('b', 'x'), trial('c', 'x')],
      2,
      [['a', 'b'], ['c']],
    ],
  ])('%s', (_, trials, maximumSize, packs) => {
    expect(ids(planPacks(trials, { maximumSize }))).toEqual(packs);
  });
});

describe('packSignature', () => {
  const shape = { kind: 'signal', channels: 1, length: 16, classes: 2 } as const;
  const sign = (extra: Record<string, string | number | boolean>, family = 'mlp') => {
    const configuration = { family, ...extra };
    return packSignature(buildNetwork(configuration, shape), configuration);
  };

  it('is equal where only learning rates differ', () => {
    expect(sign({ learningRate: 0.1 })).toBe(sign({ learningRate: 0.2, weightDecay: 0.01 }));
  });

  it.each([
    ['batch size', sign({ batchSize: 64 })],
    ['optimizer', sign({ optimizer: 'sgd' })],
    ['inputs', sign({ standardise: false })],
    ['network', sign({}, 'mlp-baseline')],
  ])('differs with the %s', (_, other) => {
    expect(other).not.toBe(sign({}));
  });
});
