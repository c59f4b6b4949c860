import type { PrunerSpec } from '@starling/domain';
import { createMedianPruner } from './median.ts';
import { noPruner } from './none.ts';
import type { Pruner } from './pruner.ts';

export function createPruner(spec: PrunerSpec): Pruner {
  switch (spec.kind) {
    case 'none':
      return noPruner;
    case 'median':
      return createMedianPruner(spec);
  }
}
