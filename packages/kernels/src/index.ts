export * from './arena.ts';
export * from './kernel-pool.ts';
export * from './kernels.ts';
export { loadKernels, preferredBuild } from './load-kernels.ts';
