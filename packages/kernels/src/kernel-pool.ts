import type { KernelBuild, Kernels } from './kernels.ts';
import { loadKernels, preferredBuild } from './load-kernels.ts';

/** An instance never gives memory back, so one that has grown beyond this is let go. */
const KEEP_BYTES = 256 * 2 ** 20;

const idle = new Map<KernelBuild, Kernels>();

/**
 * An instance with an empty arena: the one that was returned last, or a fresh one. Trials that
 * follow each other in a thread so live in the same memory; fresh instances are freed late, for
 * the collector does not see how large they are.
 */
export function borrowKernels(build: KernelBuild = preferredBuild()): Kernels {
  const kernels = idle.get(build);
  if (kernels === undefined) return loadKernels({ build });
  idle.delete(build);
  kernels.arena.reset();
  return kernels;
}

/** Gives an instance to the next borrower of this thread; nothing of it may be used any more. */
export function returnKernels(kernels: Kernels): void {
  if (kernels.arena.memoryBytes <= KEEP_BYTES) idle.set(kernels.build, kernels);
}
