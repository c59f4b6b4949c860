import {
  AppError,
  buildNetwork,
  type Configuration,
  type DataShape,
  dataKindOf,
  describeNetwork,
  families,
  type ParameterValue,
  type Problem,
} from '@starling/domain';
import { extremesOf } from './axis-values.ts';
import { explainUnbuildable } from './explain-unbuildable.ts';
import { type Axis, assignAxes, configurationOf, type FamilySpace } from './family-space.ts';

/** Corners that are probed one by one; a larger space is probed axis by axis. */
const MAXIMUM_CORNERS = 1024;

export type Probe =
  | { kind: 'built'; minimumParameters: number; maximumParameters: number }
  | { kind: 'problem'; problem: Problem };

/**
 * Builds the most extreme networks of a branch. Where one cannot be built the problem names
 * the parameter to change and how far; trials are never proposed that cannot be built.
 */
export function probeNetworks(space: FamilySpace, shape: DataShape): Probe {
  const kind = dataKindOf(shape);
  if (!space.family.accepts.includes(kind)) {
    const fitting = families.filter((family) => family.accepts.includes(kind));
    return {
      kind: 'problem',
      problem: {
        field: `space.families.${space.family.id}`,
        message: `this family does not take data of kind ${kind}`,
        value: space.family.id,
        fix: `use one of ${fitting.map((family) => family.id).join(', ')}`,
      },
    };
  }
  const corners = planCorners(space);
  let minimumParameters = Number.POSITIVE_INFINITY;
  let maximumParameters = 0;
  for (const corner of corners) {
    try {
      const { parameters } = describeNetwork(buildNetwork(corner, shape));
      minimumParameters = Math.min(minimumParameters, parameters);
      maximumParameters = Math.max(maximumParameters, parameters);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const problem = explainUnbuildable(space, shape, corners, corner, thrown);
      return { kind: 'problem', problem };
    }
  }
  return { kind: 'built', minimumParameters, maximumParameters };
}

/** Every combination of the structural axes' extremes; where too many, a star around two of them. */
function planCorners(space: FamilySpace): Configuration[] {
  const structural = space.axes.filter((axis) => isStructural(space, axis));
  const extremes = new Map(structural.map((axis) => [axis.name, extremesOf(axis.spec)]));
  const count = [...extremes.values()].reduce((product, values) => product * values.length, 1);
  const choices = count <= MAXIMUM_CORNERS ? combine(extremes) : star(extremes);
  const corners = new Map<string, Configuration>();
  for (const choice of choices) {
    const chosen = assignAxes(
      space,
      (axis) => choice.get(axis.name) ?? extremesOf(axis.spec)[0] ?? '',
    );
    const configuration = configurationOf(space, chosen);
    corners.set(JSON.stringify(configuration), configuration);
  }
  return [...corners.values()];
}

function isStructural(space: FamilySpace, axis: Axis): boolean {
  return space.family.parameters.some((parameter) => parameter.name === axis.name);
}

type Choice = ReadonlyMap<string, ParameterValue>;

function combine(extremes: ReadonlyMap<string, readonly ParameterValue[]>): Choice[] {
  let choices: Map<string, ParameterValue>[] = [new Map()];
  for (const [name, values] of extremes) {
    choices = choices.flatMap((choice) => values.map((value) => new Map(choice).set(name, value)));
  }
  return choices;
}

/** All at their lowest, all at their highest, and from each of the two every axis moved alone. */
function star(extremes: ReadonlyMap<string, readonly ParameterValue[]>): Choice[] {
  const entries = [...extremes];
  const low = new Map(entries.map(([name, values]) => [name, values[0] ?? '']));
  const high = new Map(entries.map(([name, values]) => [name, values.at(-1) ?? '']));
  return [low, high].flatMap((base) => [
    base,
    ...entries.flatMap(([name, values]) => values.map((value) => new Map(base).set(name, value))),
  ]);
}
