import { inputError, type Problem } from '../errors/index.ts';
import type { Configuration, ParameterValue } from '../sweeps/space-spec.ts';
import { familyOf, parametersOf } from './families/index.ts';
import type { FamilyParameter } from './family.ts';

/**
 * A whole configuration: what is given, checked, and defaults for the rest. `epochs` stays
 * absent where it is not given. Throws an `invalid-input` AppError with every problem.
 */
export function resolveConfiguration(partial: {
  family: string;
  [parameter: string]: ParameterValue | undefined;
}): Configuration {
  const family = familyOf(partial.family);
  const parameters = parametersOf(family);
  const problems: Problem[] = [];
  for (const name of Object.keys(partial)) {
    if (name === 'family' || parameters.some((parameter) => parameter.name === name)) continue;
    problems.push({
      field: name,
      message: `${family.id} has no such parameter`,
      value: String(partial[name]),
      fix: `remove it, or use one of ${parameters.map((parameter) => parameter.name).join(', ')}`,
    });
  }
  const resolved: Configuration = { family: family.id };
  for (const parameter of parameters) {
    const value = partial[parameter.name] ?? parameter.default;
    if (value === undefined) continue;
    const problem = checkParameter(parameter, value);
    if (problem === undefined) resolved[parameter.name] = value;
    else problems.push(problem);
  }
  if (problems.length > 0) throw inputError('invalid-input', problems);
  return resolved;
}

/** What is wrong with a value of a parameter; nothing where it is legal. */
export function checkParameter(parameter: FamilyParameter, value: unknown): Problem | undefined {
  const say = (message: string, fix: string): Problem => ({
    field: parameter.name,
    message,
    value: typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)),
    fix,
  });
  switch (parameter.type) {
    case 'int':
    case 'float': {
      const range = `from ${parameter.minimum} to ${parameter.maximum}`;
      const whole = parameter.type === 'int';
      const noun = whole ? 'a whole number' : 'a number';
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        return say(`must be ${noun}`, `use ${noun} ${range}`);
      }
      if (whole && !Number.isInteger(value)) {
        return say('must be a whole number', `use ${Math.round(value)}`);
      }
      if (value < parameter.minimum || value > parameter.maximum) {
        return say('is out of bounds', `use ${noun} ${range}`);
      }
      return undefined;
    }
    case 'categorical':
      if (typeof value === 'string' && parameter.values.includes(value)) return undefined;
      return say('is not one of its values', `use one of ${parameter.values.join(', ')}`);
    case 'boolean':
      return typeof value === 'boolean'
        ? undefined
        : say('must be true or false', 'use true or false');
  }
}
