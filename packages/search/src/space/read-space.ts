import {
  type Family,
  type FamilyParameter,
  families,
  type ParameterSpec,
  type ParameterValue,
  type Problem,
  parametersOf,
  type SpaceSpec,
} from '@starling/domain';
import { checkAxisValues } from './check-values.ts';
import { suggestName } from './closest.ts';
import type { Axis, Condition, FamilySpace } from './family-space.ts';
import { orderAxes } from './order-axes.ts';

type FamilySpec = SpaceSpec['families'][string];

/**
 * The branches of a space, families and axes in the order of the catalogue: a stored spec
 * may come back with its keys in another order, and must propose the same trials.
 * Problems name every field that is wrong; the branches are then incomplete.
 */
export function readSpace(space: SpaceSpec): { branches: FamilySpace[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const ids = families.map((family) => family.id);
  for (const id of Object.keys(space.families)) {
    if (ids.includes(id)) continue;
    problems.push({
      field: `space.families.${id}`,
      message: 'there is no such family',
      value: id,
      fix: suggestName(id, ids),
    });
  }
  const branches: FamilySpace[] = [];
  for (const family of families) {
    const spec = space.families[family.id];
    if (spec !== undefined) branches.push(readFamily(family, spec, space, problems));
  }
  return { branches, problems };
}

function readFamily(
  family: Family,
  spec: FamilySpec,
  space: SpaceSpec,
  problems: Problem[],
): FamilySpace {
  const known = parametersOf(family);
  const written = new Map<string, { field: string; spec: ParameterSpec }>();
  for (const [name, shared] of Object.entries(space.parameters)) {
    if (!holdsFor(family.id, shared)) continue;
    written.set(name, { field: `space.parameters.${name}`, spec: shared });
  }
  for (const [name, own] of Object.entries(spec.parameters)) {
    const field = `space.families.${family.id}.parameters.${name}`;
    if (holdsFor(family.id, own)) written.set(name, { field, spec: own });
    else {
      problems.push({
        field: `${field}.when.family`,
        message: `never holds inside the family ${family.id}`,
        fix: 'remove the condition, or move the parameter to space.parameters',
      });
    }
  }
  for (const [name, { field }] of written) {
    if (known.some((parameter) => parameter.name === name)) continue;
    problems.push(unknownParameter(field, name, family, known));
  }
  const axes: Axis[] = [];
  const defaults = new Map<string, ParameterValue>();
  for (const parameter of known) {
    const entry = written.get(parameter.name);
    if (entry === undefined) {
      if (parameter.default !== undefined) defaults.set(parameter.name, parameter.default);
      continue;
    }
    problems.push(...checkAxisValues(entry.field, entry.spec, parameter));
    axes.push({
      name: parameter.name,
      ...entry,
      parameter,
      conditions: conditionsOf(parameter, entry.spec),
    });
  }
  return {
    family,
    weight: spec.weight,
    axes: orderAxes(axes, defaults, problems),
    defaults,
  };
}

function holdsFor(familyId: string, spec: ParameterSpec): boolean {
  const wanted = spec.when?.['family'];
  if (wanted === undefined) return true;
  return Array.isArray(wanted) ? wanted.includes(familyId) : wanted === familyId;
}

function conditionsOf(parameter: FamilyParameter, spec: ParameterSpec): Condition[] {
  const conditions: Condition[] = [];
  if (parameter.when !== undefined) {
    conditions.push({ sibling: parameter.when.parameter, values: parameter.when.values });
  }
  for (const [sibling, wanted] of Object.entries(spec.when ?? {})) {
    if (sibling === 'family') continue;
    conditions.push({ sibling, values: Array.isArray(wanted) ? wanted : [wanted] });
  }
  return conditions;
}

function unknownParameter(
  field: string,
  name: string,
  family: Family,
  known: readonly FamilyParameter[],
): Problem {
  const names = known.map((parameter) => parameter.name);
  const fix = suggestName(name, names);
  const message = `the family ${family.id} has no such parameter`;
  if (!field.startsWith('space.parameters')) return { field, message, value: name, fix };
  const owners = families.filter((candidate) =>
    candidate.parameters.some((parameter) => parameter.name === name),
  );
  if (owners.length === 0) return { field, message, value: name, fix };
  const homes = owners.map((owner) => `space.families.${owner.id}.parameters`).join(' or ');
  return {
    field,
    message: `is shared by all families, but ${family.id} has no such parameter`,
    value: name,
    fix: `move it to ${homes}, or add when: { family: [${owners.map((owner) => owner.id).join(', ')}] }`,
  };
}
