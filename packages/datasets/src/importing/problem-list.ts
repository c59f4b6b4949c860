import { inputError, type Problem } from '@starling/domain';

/** So many problems are listed before an import gives up. */
export const PROBLEM_LIMIT = 20;
/** So many of one kind in one column; the rest are counted. */
const LIMIT_PER_SUBJECT = 5;
/** So many unlisted problems end an import: the rest of the file would say the same. */
const UNLISTED_LIMIT = 1000;

/** The problems of one import, in the order found. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #perSubject = new Map<string, number>();
  #unlisted = 0;

  /**
   * Notes a problem; throws them all once there are enough.
   * @param subject what it is about (a column), so that one column cannot fill the list
   */
  add(problem: Problem, subject: string = problem.field): void {
    const seen = (this.#perSubject.get(subject) ?? 0) + 1;
    this.#perSubject.set(subject, seen);
    if (seen > LIMIT_PER_SUBJECT) this.#unlisted++;
    else this.#problems.push(problem);
    if (this.#problems.length >= PROBLEM_LIMIT || this.#unlisted >= UNLISTED_LIMIT) {
      this.throwIfAny();
    }
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** Throws one `invalid-dataset` AppError that lists every problem noted. */
  throwIfAny(): void {
    if (this.isEmpty) return;
    const repeated = [...this.#perSubject]
      .filter(([, seen]) => seen > LIMIT_PER_SUBJECT)
      .map(([subject, seen]): Problem => {
        const more = seen - LIMIT_PER_SUBJECT;
        return { field: subject, message: `${more} more rows so far have a problem here` };
      });
    throw inputError('invalid-dataset', [...this.#problems, ...repeated].slice(0, PROBLEM_LIMIT));
  }
}

/** One problem as an error at once. */
export function datasetError(problem: Problem): Error {
  return inputError('invalid-dataset', [problem]);
}

/** A found value for a message: quoted, and cut where it is long. */
export function showText(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
