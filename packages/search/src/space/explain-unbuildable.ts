import {
  type AppError,
  buildNetwork,
  type Configuration,
  type DataShape,
  type NumberParameter,
  type Problem,
} from '@starling/domain';
import type { FamilySpace } from './family-space.ts';

/** What the layers call a size that a family's parameter sets. */
const parameterOfLayerField: Record<string, string> = {
  kernel: 'kernel',
  size: 'pool',
  chunk: 'chunk',
};

interface Cure {
  parameter: NumberParameter;
  /** Largest value with which every corner can be built. */
  limit: number;
}

/** Names the parameter that keeps a corner from being built, and the value that would not. */
export function explainUnbuildable(
  space: FamilySpace,
  shape: DataShape,
  corners: readonly Configuration[],
  failed: Configuration,
  error: AppError,
): Problem {
  const [cause] = error.problems;
  const named = parameterOfLayerField[cause?.field.split('.').at(-1) ?? ''];
  const cures = space.family.parameters
    .flatMap((parameter) =>
      parameter.type === 'int' ? (findCure(parameter, shape, corners) ?? []) : [],
    )
    .sort((a, b) => Number(b.parameter.name === named) - Number(a.parameter.name === named));
  const [first] = cures;
  const blamed = first?.parameter.name ?? named;
  const value = blamed === undefined ? undefined : valueIn(space, failed, blamed);
  return {
    field: fieldOf(space, blamed),
    message: `a network of this space cannot be built on ${describeData(shape)}, with ${showCorner(space, failed)}: ${cause?.message ?? error.message}`,
    ...(value === undefined ? {} : { value: String(value) }),
    fix:
      cures.length > 0
        ? cures.map((cure) => describeCure(space, cure)).join(', or ')
        : (cause?.fix ?? 'use smaller values'),
  };
}

/** The largest limit on one parameter that lets every corner be built, found by bisection. */
function findCure(
  parameter: NumberParameter,
  shape: DataShape,
  corners: readonly Configuration[],
): Cure | undefined {
  const canBuildAll = (limit: number): boolean =>
    corners.every((corner) => canBuild(clip(corner, parameter, limit), shape));
  if (!canBuildAll(parameter.minimum)) return undefined;
  let [possible, impossible] = [parameter.minimum, parameter.maximum + 1];
  while (impossible - possible > 1) {
    const middle = Math.floor((possible + impossible) / 2);
    if (canBuildAll(middle)) possible = middle;
    else impossible = middle;
  }
  return impossible > parameter.maximum ? undefined : { parameter, limit: possible };
}

function clip(corner: Configuration, parameter: NumberParameter, limit: number): Configuration {
  const value = corner[parameter.name] ?? parameter.default;
  return typeof value === 'number' && value > limit
    ? { ...corner, [parameter.name]: limit }
    : corner;
}

function canBuild(configuration: Configuration, shape: DataShape): boolean {
  try {
    buildNetwork(configuration, shape);
    return true;
  } catch {
    return false;
  }
}

function fieldOf(space: FamilySpace, name: string | undefined): string {
  const family = `space.families.${space.family.id}`;
  if (name === undefined) return family;
  const axis = space.axes.find((candidate) => candidate.name === name);
  if (axis !== undefined) return axis.field;
  return space.defaults.has(name) ? `${family}.parameters.${name}` : family;
}

function valueIn(space: FamilySpace, corner: Configuration, name: string) {
  return corner[name] ?? space.defaults.get(name);
}

function describeCure(space: FamilySpace, { parameter, limit }: Cure): string {
  const spec = space.axes.find((axis) => axis.name === parameter.name)?.spec;
  if (spec?.type === 'int' && limit >= spec.min) return `lower ${parameter.name}.max to ${limit}`;
  if (spec?.type === 'categorical') return `keep only values of ${parameter.name} up to ${limit}`;
  return `set ${parameter.name} to ${limit} at most`;
}

function showCorner(space: FamilySpace, corner: Configuration): string {
  const parts = space.family.parameters
    .filter((parameter) => parameter.type === 'int')
    .map((parameter) => `${parameter.name} ${valueIn(space, corner, parameter.name)}`);
  return parts.length === 0 ? `the network ${space.family.id}` : parts.join(', ');
}

function describeData(shape: DataShape): string {
  return shape.kind === 'signal'
    ? `signals of ${shape.length} samples`
    : `sequences of ${shape.maxSteps} steps`;
}
