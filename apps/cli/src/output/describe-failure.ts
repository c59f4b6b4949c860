import { AppError, describeProblem, toAppError } from '@starling/domain';
import { CommanderError } from 'commander';

/** 0 done, 1 it failed, 2 the command or its input is wrong. */
export type ExitCode = 0 | 1 | 2 | 130;

export interface Failure {
  exitCode: ExitCode;
  /** Lines for a person; empty where everything was said already. */
  text: string;
  json: unknown;
}

/** Ends a command with a status and nothing more to say. */
export class QuietExit extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** What a thrown value means for the user: status, words and JSON. */
export function describeFailure(thrown: unknown): Failure {
  if (thrown instanceof QuietExit) return { exitCode: thrown.exitCode, text: '', json: undefined };
  if (thrown instanceof CommanderError) {
    // Commander has printed help and usage errors itself.
    return { exitCode: thrown.exitCode === 0 ? 0 : 2, text: '', json: undefined };
  }
  const error = toAppError(thrown);
  const lines =
    error.problems.length > 0 ? error.problems.map(describeProblem) : error.message.split('\n');
  return {
    exitCode: error.kind === 'user' ? 2 : 1,
    text: lines
      .map((line, index) => (index === 0 ? `error: ${line}` : `       ${line}`))
      .join('\n'),
    json: { error: error.toWire() },
  };
}

/** A usage error that names field, value and fix. */
export function usageError(field: string, message: string, fix: string, value?: string): AppError {
  const problem = { field, message, fix, ...(value === undefined ? {} : { value }) };
  return new AppError('invalid-input', describeProblem(problem), { problems: [problem] });
}
