import {
  buildNetwork,
  type Configuration,
  type DataShape,
  type NetworkSpec,
  resolveConfiguration,
} from '@starling/domain';

const shape: DataShape = { kind: 'signal', channels: 1, length: 178, classes: 5 };

export interface BenchNetwork {
  network: string;
  batch: number;
  configuration: Configuration;
  spec: NetworkSpec;
  shape: DataShape;
}

type Parameters = { family: string; [parameter: string]: string | number | boolean };

function bench(network: string, parameters: Parameters, batch = 32): BenchNetwork {
  const configuration = resolveConfiguration({ ...parameters, batchSize: batch });
  return { network, batch, configuration, spec: buildNetwork(configuration, shape), shape };
}

const mlp512 = { family: 'mlp', depth: 2, width: 512 };

/** The presets that sweeps of the report train, and larger shapes that nobody tuned for. */
export const benchNetworks: readonly BenchNetwork[] = [
  bench('mlp-baseline', { family: 'mlp-baseline' }),
  bench('mlp-deep', { family: 'mlp-deep' }),
  bench('cnn-baseline', { family: 'cnn-baseline' }),
  bench('rnn-baseline', { family: 'rnn-baseline' }),
  bench('gru-64x2', { family: 'rnn', layers: 2, hidden: 64 }),
  bench('cnn-1m', { family: 'cnn', blocks: 3, filters: 32, denseUnits: 410 }),
  bench('mlp-512x2', mlp512),
  bench('mlp-baseline', { family: 'mlp-baseline' }, 256),
  bench('cnn-baseline', { family: 'cnn-baseline' }, 256),
  bench('mlp-512x2', mlp512, 256),
];
