import {
  checkParameter,
  type FamilyParameter,
  type ParameterSpec,
  type Problem,
} from '@starling/domain';
import { extremesOf } from './axis-values.ts';

/** What is wrong with the values of one axis, for the parameter that it sets. */
export function checkAxisValues(
  field: string,
  spec: ParameterSpec,
  parameter: FamilyParameter,
): Problem[] {
  if (spec.type === 'float' || spec.type === 'int') {
    const mismatch = checkRangeType(field, spec, parameter);
    if (mismatch !== undefined) return [mismatch];
  }
  const problems: Problem[] = [];
  extremesOf(spec).forEach((value, index) => {
    const problem = checkParameter(parameter, value);
    if (problem === undefined) return;
    problems.push({ ...problem, field: `${field}${placeOf(spec, index)}` });
  });
  return problems;
}

function placeOf(spec: ParameterSpec, index: number): string {
  switch (spec.type) {
    case 'categorical':
      return `.values.${index}`;
    case 'constant':
      return '';
    case 'float':
    case 'int':
      return index === 0 ? '.min' : '.max';
  }
}

function checkRangeType(
  field: string,
  spec: Extract<ParameterSpec, { type: 'float' | 'int' }>,
  parameter: FamilyParameter,
): Problem | undefined {
  switch (parameter.type) {
    case 'categorical':
    case 'boolean': {
      const values = parameter.type === 'boolean' ? 'true, false' : parameter.values.join(', ');
      return {
        field: `${field}.type`,
        message: 'this parameter has no range',
        value: spec.type,
        fix: `list its values, for example [${values}]`,
      };
    }
    case 'int':
      return spec.type === 'int'
        ? undefined
        : {
            field: `${field}.type`,
            message: 'this parameter takes whole numbers',
            value: spec.type,
            fix: 'use type: int',
          };
    case 'float':
      return undefined;
  }
}
