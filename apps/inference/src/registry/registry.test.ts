import type { Model } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { createLoadedModels } from './loaded-models.ts';
import { createRegistry, selectVersion } from './registry.ts';

const version = (number: number, ...aliases: string[]) => ({
  ...{ id: `ver_${number}`, version: number, aliases },
});
const modelOf = (...versions: object[]) => ({ name: 'eeg', versions }) as unknown as Model;

function setUp(models: Model[]) {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms };
  const source = {
    reads: 0,
    isAway: false,
    listModels: async () => {
      source.reads++;
      if (source.isAway) throw new Error('away');
      return structuredClone(models);
    },
  };
  const registry = createRegistry({ source, clock, ttlMs: 1000, missIntervalMs: 100 });
  return { clock, source, registry };
}

describe('choosing a version', () => {
  const model = modelOf(version(1), version(3, 'canary'), version(2, 'champion'));
  it.each([
    [undefined, 2],
    ['1', 1],
    ['canary', 3],
    ['champion', 2],
    ['4', undefined],
    ['01', undefined],
  ])('%s is %s', (selector, expected) => {
    expect(selectVersion(model, selector)?.version).toBe(expected);
  });

  it('is the newest where nothing is champion', () => {
    expect(selectVersion(modelOf(version(2), version(10), version(9)))?.version).toBe(10);
  });
});

describe('the registry', () => {
  it('is read once in its time, however many ask', async () => {
    const { clock, source, registry } = setUp([modelOf(version(1))]);
    await Promise.all([registry.find('eeg'), registry.find('eeg'), registry.models()]);
    clock.ms = 999;
    await registry.find('eeg');
    expect(source.reads).toBe(1);
    clock.ms = 1000;
    await registry.find('eeg');
    expect(source.reads).toBe(2);
  });

  it('is read at once for a version it does not know, but not for every bad name', async () => {
    const models = [modelOf(version(1))];
    const { clock, source, registry } = setUp(models);
    await registry.find('eeg');
    models[0] = modelOf(version(1), version(2));
    clock.ms = 150;
    expect((await registry.find('eeg', '2')).version.version).toBe(2);
    expect(source.reads).toBe(2);
    for (let tries = 0; tries < 20; tries++) {
      await expect(registry.find('nobody')).rejects.toThrow(
        'there is no model nobody — use one of eeg',
      );
    }
    expect(source.reads).toBe(2);
  });

  it('holds on to what it knows while the source is away, and says so where it knows nothing', async () => {
    const { clock, source, registry } = setUp([modelOf(version(1))]);
    source.isAway = true;
    await expect(registry.models()).rejects.toThrow('the coordinator does not answer');
    expect(registry.isKnown()).toBe(false);
    source.isAway = false;
    await registry.models();
    source.isAway = true;
    clock.ms = 5000;
    expect((await registry.find('eeg')).version.version).toBe(1);
  });
});

describe('models in memory', () => {
  it('loads each once, lets the least recently used go, and forgets a failed load', async () => {
    const loads: string[] = [];
    let isBroken = true;
    const models = createLoadedModels({
      capacity: 2,
      load: async ({ id }) => {
        loads.push(id);
        if (id === 'ver_9' && isBroken) throw new Error('no such weights');
        return id;
      },
    });
    const ask = (number: number) => models.predictorOf(version(number) as never);
    await Promise.all([ask(1), ask(1)]);
    await ask(2);
    await ask(1);
    await ask(3);
    expect([1, 2, 3].map((number) => models.isLoaded(`ver_${number}`))).toEqual([
      true,
      false,
      true,
    ]);
    await expect(ask(9)).rejects.toThrow('no such weights');
    isBroken = false;
    expect(await ask(9)).toBe('ver_9');
    expect(loads).toEqual(['ver_1', 'ver_2', 'ver_3', 'ver_9', 'ver_9']);
    expect(models.size).toBe(2);
  });
});
