export * from './arena.ts';
export * from './kernels.ts';
export { loadKernels, preferredBuild } from './load-kernels.ts';
