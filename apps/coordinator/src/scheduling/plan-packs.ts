import type { Configuration, NetworkSpec } from '@starling/domain';

/** A trial as packing sees it. */
export interface Packable {
  trialId: string;
  /** Trials of equal signatures can train as one batched computation. */
  signature: string;
}

/**
 * What has to be equal for trials to train as one batched computation: the network, the
 * batch size, the optimizer's kind and the inputs. Learning rates and decays may differ.
 */
export function packSignature(network: NetworkSpec, configuration: Configuration): string {
  const { optimizer = 'adam', batchSize = 32, standardise = true } = configuration;
  const layers = network.layers.map(({ name: _name, ...layer }) => layer);
  return JSON.stringify([
    network.input,
    layers,
    network.classes,
    optimizer,
    batchSize,
    standardise,
  ]);
}

/**
 * Groups trials into packs, each the work of one slot: equal signatures together, in the
 * order given, at most `maximumSize` a pack. A `maximumSize` of 1 gives every trial its own.
 */
export function planPacks<Trial extends Packable>(
  trials: readonly Trial[],
  options: { maximumSize: number },
): Trial[][] {
  const packs: Trial[][] = [];
  const open = new Map<string, Trial[]>();
  for (const trial of trials) {
    const pack = open.get(trial.signature);
    if (pack !== undefined && pack.length < options.maximumSize) {
      pack.push(trial);
      continue;
    }
    const fresh = [trial];
    packs.push(fresh);
    open.set(trial.signature, fresh);
  }
  return packs;
}
