/** `STARLING_KERNELS=plain` keeps fused multiply-add out, for equal bits on unlike machines. */
export function kernelBuildFromEnv(): 'auto' | 'plain' | 'relaxed' {
  return oneOf('STARLING_KERNELS', ['auto', 'plain', 'relaxed']);
}

/** `STARLING_VECTORS=128` keeps V8 from joining vectors; results are the same to the bit. */
export function vectorBitsFromEnv(): 'auto' | '128' {
  return oneOf('STARLING_VECTORS', ['auto', '128']);
}

/** The first where the variable is not set; throws where it is something else. */
function oneOf<Value extends string>(name: string, values: readonly [Value, ...Value[]]): Value {
  const given = process.env[name];
  if (given === undefined || given === '') return values[0];
  const known = values.find((value) => value === given);
  if (known !== undefined) return known;
  throw new RangeError(`${name} is "${given}"; give one of ${values.join(', ')}, or leave it out`);
}
