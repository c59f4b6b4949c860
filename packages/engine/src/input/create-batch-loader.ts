import type { DataShape } from '@starling/domain';
import type { Standardisation } from '../data/training-data.ts';
import type { CompiledNetwork } from '../network/compile-network.ts';
import type { BatchLoader, LoaderSetup } from './batch-loader.ts';
import { createDenseLoader } from './load-dense.ts';
import { createRaggedLoader } from './load-ragged.ts';

/**
 * A loader for data of a shape; values are standardised where statistics are given.
 * Allocates: take views of the memory afterwards.
 */
export function createBatchLoader(
  network: CompiledNetwork,
  shape: DataShape,
  standardisation: Standardisation | undefined,
): BatchLoader {
  const { arena } = network.workshop.kernels;
  const { rows, steps } = network.workshop.capacity;
  const setup: LoaderSetup = {
    network,
    shape,
    standardisation,
    labels: arena.allocate(rows),
    offsets: arena.allocate(steps + 1),
    lastRows: arena.allocate(rows),
  };
  const isRagged = network.spec.input.kind === 'sequence' && network.spec.input.steps === null;
  return isRagged ? createRaggedLoader(setup) : createDenseLoader(setup);
}
