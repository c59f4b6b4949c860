import {
  AppError,
  buildNetwork,
  type DataShape,
  describeNetwork,
  families,
  type Problem,
  resolveConfiguration,
  type SweepSpec,
} from '@starling/domain';
import { suggestName } from './closest.ts';

export interface CheckedPoints {
  problems: Problem[];
  /** Parameters of each point's network. */
  sizes: number[];
}

/** Checks the fixed points one by one; problems are named `enqueue.3.kernel`, counting from 0. */
export function checkPoints(points: SweepSpec['enqueue'], shape: DataShape): CheckedPoints {
  const problems: Problem[] = [];
  const sizes: number[] = [];
  points.forEach((point, index) => {
    try {
      sizes.push(describeNetwork(buildNetwork(resolveConfiguration(point), shape)).parameters);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      problems.push(...thrown.problems.map((problem) => placeProblem(problem, index)));
    }
  });
  return { problems, sizes };
}

function placeProblem(problem: Problem, index: number): Problem {
  const field = `enqueue.${index}.${problem.field}`;
  const ids = families.map((family) => family.id);
  if (problem.field !== 'family' || problem.value === undefined || ids.includes(problem.value)) {
    return { ...problem, field };
  }
  return { ...problem, field, fix: suggestName(problem.value, ids) };
}
