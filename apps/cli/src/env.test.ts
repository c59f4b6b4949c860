import { afterEach, expect, it, vi } from 'vitest';
import { childEnvironment } from './env.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('keeps settings of the command from the services, but for those that are theirs too', () => {
  vi.stubEnv('STARLING_TOKEN', 'secret');
  vi.stubEnv('STARLING_KERNELS', 'plain');
  vi.stubEnv('STARLING_VECTORS', '128');
  const environment = childEnvironment({ STARLING_URL: 'http://127.0.0.1:1' });
  expect(environment).toMatchObject({
    STARLING_KERNELS: 'plain',
    STARLING_VECTORS: '128',
    STARLING_URL: 'http://127.0.0.1:1',
  });
  expect(environment).not.toHaveProperty('STARLING_TOKEN');
});
