import { afterEach, expect, it, vi } from 'vitest';

const platform = globalThis as unknown as {
  WebAssembly: { validate(bytes: Uint8Array): boolean };
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The choice anew, as in a process of its own. */
async function chooseBuild(): Promise<string> {
  vi.resetModules();
  return (await import('./engine-build.ts')).engineBuild();
}

it('takes plain SIMD where the platform knows no relaxed one, and says so', async () => {
  vi.stubEnv('STARLING_KERNELS', undefined);
  const validate = vi.spyOn(platform.WebAssembly, 'validate');
  // Node 20 answers so to the relaxed build, and yes to the plain one.
  validate.mockReturnValue(false);
  expect(await chooseBuild()).toBe('kernels/plain');
  validate.mockReturnValue(true);
  expect(await chooseBuild()).toBe('kernels/relaxed');
  expect(validate.mock.calls.every(([bytes]) => bytes.length > 1000)).toBe(true);
});

it('takes the build that STARLING_KERNELS names, whatever the platform knows', async () => {
  vi.stubEnv('STARLING_KERNELS', 'plain');
  vi.spyOn(platform.WebAssembly, 'validate').mockReturnValue(true);
  expect(await chooseBuild()).toBe('kernels/plain');
  const { loadKernels } = await import('@starling/kernels');
  expect(loadKernels().build).toBe('plain');
});
