import type { Pruner } from './pruner.ts';

/** Lets every trial use its whole budget. */
export const noPruner: Pruner = {
  kind: 'none',
  rungs: null,
  judge: ({ rung }) => ({ kind: 'continue', rung, reason: 'this sweep stops no trial early' }),
};
