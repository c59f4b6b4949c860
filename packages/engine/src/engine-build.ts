import { preferredBuild } from '@starling/kernels';

/** Name of this engine, for the fleet. */
export const engineName = 'kernels';

/**
 * What results depend on beside the trial: equal builds give equal bits. `relaxed` also
 * depends on whether the machine multiplies and adds in one rounding.
 */
export function engineBuild(): string {
  return `${engineName}/${preferredBuild()}`;
}
