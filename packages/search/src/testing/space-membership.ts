import {
  type Configuration,
  familyOf,
  type ParameterSpec,
  type ParameterValue,
  parametersOf,
  type SpaceSpec,
} from '@starling/domain';

/** The oracle of the contract: reads the spec anew, by its words, without the package's own planning. */
function specOf(space: SpaceSpec, family: string, name: string): ParameterSpec | undefined {
  return space.families[family]?.parameters[name] ?? space.parameters[name];
}

function exists(space: SpaceSpec, configuration: Configuration, name: string): boolean {
  const spec = specOf(space, configuration.family, name);
  if (spec === undefined) return false;
  const implied = parametersOf(familyOf(configuration.family)).find(
    (parameter) => parameter.name === name,
  )?.when;
  if (implied && !implied.values.includes(String(configuration[implied.parameter]))) return false;
  return Object.entries(spec.when ?? {}).every(([sibling, wanted]) => {
    const value = configuration[sibling];
    const isAxis = specOf(space, configuration.family, sibling) !== undefined;
    if (sibling !== 'family' && isAxis && !exists(space, configuration, sibling)) return false;
    return value !== undefined && (Array.isArray(wanted) ? wanted : [wanted]).includes(value);
  });
}

/** Names of the axes that exist for a configuration's family and values. */
export function axesOf(space: SpaceSpec, configuration: Configuration): string[] {
  const names = new Set([
    ...Object.keys(space.parameters),
    ...Object.keys(space.families[configuration.family]?.parameters ?? {}),
  ]);
  return [...names].filter((name) => exists(space, configuration, name));
}

/** Every existing axis has a value of its spec; everything else its default. */
export function isInSpace(space: SpaceSpec, configuration: Configuration): boolean {
  if (space.families[configuration.family] === undefined) return false;
  return parametersOf(familyOf(configuration.family)).every((parameter) => {
    const value = configuration[parameter.name];
    if (!exists(space, configuration, parameter.name)) return value === parameter.default;
    const spec = specOf(space, configuration.family, parameter.name);
    return spec !== undefined && value !== undefined && isOneOf(spec, value);
  });
}

function isOneOf(spec: ParameterSpec, value: ParameterValue): boolean {
  switch (spec.type) {
    case 'constant':
      return value === spec.value;
    case 'categorical':
      return spec.values.includes(value);
    case 'int':
    case 'float': {
      if (typeof value !== 'number' || value < spec.min || value > spec.max) return false;
      if (spec.step === undefined) return true;
      const steps = (value - spec.min) / spec.step;
      return Math.abs(steps - Math.round(steps)) < 1e-6;
    }
  }
}
