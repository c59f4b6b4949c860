import { inputError } from '../errors/index.ts';
import type { ParameterValue } from '../sweeps/space-spec.ts';
import { type DataShape, dataKindOf } from './data-shape.ts';
import { describeNetwork } from './describe-network.ts';

import { familyOf } from './families/index.ts';
import type { NetworkSpec } from './network-spec.ts';
import { resolveConfiguration } from './resolve-configuration.ts';

/**
 * The network of a configuration for data of a shape; what the configuration leaves out has
 * its default. Throws an `invalid-input` AppError for a bad configuration and an
 * `invalid-network` one where the network does not fit the data.
 */
export function buildNetwork(
  configuration: { family: string; [parameter: string]: ParameterValue | undefined },
  shape: DataShape,
): NetworkSpec {
  const family = familyOf(configuration.family);
  const resolved = resolveConfiguration(configuration);
  const kind = dataKindOf(shape);
  if (!family.accepts.includes(kind)) {
    throw inputError('invalid-network', [
      {
        field: 'family',
        message: `${family.id} does not take data of kind ${kind}`,
        value: family.id,
        fix: `use a family that does (${family.id} takes ${family.accepts.join(', ')})`,
      },
    ]);
  }
  const spec = family.build(resolved, shape);
  describeNetwork(spec);
  return spec;
}
