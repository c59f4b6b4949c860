import { type DataShape, describeNetwork, inputError, type NetworkSpec } from '@starling/domain';

/**
 * Throws an `invalid-network` AppError where a network cannot be built, or takes other data
 * than those of the shape: buffers are laid out by both, so they must agree.
 */
export function checkFit(spec: NetworkSpec, shape: DataShape): void {
  describeNetwork(spec);
  if (spec.classes !== shape.classes) {
    refuse('classes', `the data have ${shape.classes} classes`, spec.classes);
  }
  if (!isFitting(spec, shape)) {
    refuse('input', `the data are ${JSON.stringify(shape)}`, JSON.stringify(spec.input));
  }
}

function isFitting({ input }: NetworkSpec, shape: DataShape): boolean {
  if (input.kind === 'signal') {
    return shape.kind === 'signal'
      ? input.channels === shape.channels && input.length === shape.length
      : shape.variable === false &&
          input.channels === shape.features &&
          input.length === shape.maxSteps;
  }
  if (shape.kind === 'signal') {
    // Chunks of every channel; the last may be filled up with zeros.
    const chunk = input.features / shape.channels;
    return Number.isInteger(chunk) && input.steps === Math.ceil(shape.length / chunk);
  }
  if (shape.variable !== false) {
    return input.steps === null && input.features === shape.features;
  }
  const isWhole = input.steps === 1 && input.features === shape.features * shape.maxSteps;
  return isWhole || (input.steps === shape.maxSteps && input.features === shape.features);
}

function refuse(field: string, message: string, value: string | number): never {
  throw inputError('invalid-network', [
    {
      field,
      message: `the network does not fit: ${message}`,
      value: String(value),
      fix: 'build the network for the shape of this data set',
    },
  ]);
}
