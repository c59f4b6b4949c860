import { afterEach, describe, expect, it, vi } from 'vitest';
import { packProcessEnvironment, readPackProcessSettings, readSettings } from './env.ts';

const required = { STARLING_URL: 'http://127.0.0.1:4000', STARLING_TOKEN: 'secret' };

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('readSettings', () => {
  it('takes flags before variables of the same meaning', () => {
    const settings = readSettings(['--slots', '3'], { ...required, STARLING_SLOTS: '2' });
    expect(settings).toMatchObject({ slots: 3, engine: 'kernels', url: required.STARLING_URL });
  });

  it.each([
    ['STARLING_KERNELS', 'fast'],
    ['STARLING_VECTORS', '512'],
    ['STARLING_ENGINE', 'cuda'],
    ['STARLING_SLOTS', '0'],
  ])('names %s where it is %s', (name, value) => {
    expect(() => readSettings([], { ...required, [name]: value })).toThrow(name);
  });

  it('names the known flags where one is unknown', () => {
    expect(() => readSettings(['--slot', '3'], required)).toThrow('--slots');
  });
});

describe('packProcessEnvironment', () => {
  const settings = { backend: 'node', path: '/tfjs', shareOfMemory: 0.5 } as const;

  it('is read as it was written, and has no token', () => {
    vi.stubEnv('STARLING_TOKEN', 'secret');
    const environment = packProcessEnvironment(settings);
    expect(readPackProcessSettings(environment)).toEqual(settings);
    expect(environment).not.toHaveProperty('STARLING_TOKEN');
  });

  it('bounds TensorFlow’s threads, unless the worker was told how many', () => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', undefined);
    expect(packProcessEnvironment(settings)).not.toHaveProperty('TF_NUM_INTRAOP_THREADS');
    const bounded = { ...settings, threads: 2 };
    expect(packProcessEnvironment(bounded)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '2' });
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '5');
    expect(packProcessEnvironment(bounded)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '5' });
  });
});
