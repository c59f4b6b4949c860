import type { ParameterValue, Problem } from '@starling/domain';
import { valuesOf } from './axis-values.ts';
import type { Axis } from './family-space.ts';

/** Most values of a parameter that others may depend on. */
const MAXIMUM_BRANCHES = 1000;

/**
 * The axes with each after those that its conditions name, otherwise in the order given.
 * Adds a problem for a condition on an unknown sibling, on a continuous one, on a value
 * that the sibling never takes, and for conditions that go round in a circle.
 */
export function orderAxes(
  axes: readonly Axis[],
  defaults: ReadonlyMap<string, ParameterValue>,
  problems: Problem[],
): Axis[] {
  const byName = new Map(axes.map((axis) => [axis.name, axis]));
  for (const axis of axes) problems.push(...checkConditions(axis, byName, defaults));
  const ordered: Axis[] = [];
  let waiting = [...axes];
  while (waiting.length > 0) {
    const names = new Set(waiting.map((axis) => axis.name));
    const ready = waiting.filter((axis) =>
      axis.conditions.every((condition) => !names.has(condition.sibling)),
    );
    if (ready.length === 0) {
      problems.push({
        field: `${waiting[0]?.field}.when`,
        message: `conditions go round in a circle: ${[...names].join(', ')}`,
        fix: 'remove one of the conditions',
      });
      return ordered;
    }
    ordered.push(...ready);
    waiting = waiting.filter((axis) => !ready.includes(axis));
  }
  return ordered;
}

function checkConditions(
  axis: Axis,
  byName: ReadonlyMap<string, Axis>,
  defaults: ReadonlyMap<string, ParameterValue>,
): Problem[] {
  const problems: Problem[] = [];
  for (const [sibling, written] of Object.entries(axis.spec.when ?? {})) {
    if (sibling === 'family') continue;
    const field = `${axis.field}.when.${sibling}`;
    const wanted = Array.isArray(written) ? written : [written];
    const other = byName.get(sibling);
    const fallback = defaults.get(sibling);
    if (other === undefined && fallback === undefined) {
      problems.push({
        field,
        message: 'names no parameter beside it',
        value: sibling,
        fix: `use one of ${[...byName.keys(), 'family'].join(', ')}`,
      });
      continue;
    }
    const values = other === undefined ? null : valuesOf(other.spec);
    if (other !== undefined && (values === null || values.size > MAXIMUM_BRANCHES)) {
      problems.push({
        field,
        message: `depends on ${sibling}, which has ${values === null ? 'a continuous range' : `${values.size} values`}`,
        fix: `list the values of ${sibling} or give it a step (at most ${MAXIMUM_BRANCHES} values)`,
      });
      continue;
    }
    for (const value of wanted) {
      const isReached = values === null ? value === fallback : values.indexOf(value) !== -1;
      if (isReached) continue;
      problems.push({
        field,
        message: `${sibling} never has this value`,
        value: String(value),
        fix: `use a value that ${sibling} takes, or add it there`,
      });
    }
  }
  return problems;
}
