import type { z } from 'zod';
import { AppError, inputError, type Problem } from './app-error.ts';
import { wordsOfIssue } from './words-of-issue.ts';

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function showValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function showPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(the whole input)' : path.map(String).join('.');
}

/** The problems that a zod error names, one for each issue, unknown keys one by one. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: showPath([...issue.path, key]),
        message: 'this key is not known',
        fix: 'remove it or check its spelling',
      }));
    }
    const found = valueAt(input, issue.path);
    const value = showValue(found);
    const { message, fix } = wordsOfIssue(issue, found);
    return [
      {
        field: showPath(issue.path),
        message,
        ...(value === undefined ? {} : { value }),
        ...(fix === undefined ? {} : { fix }),
      },
    ];
  });
}

/** Parses input at an edge; throws an `invalid-input` AppError that names every problem. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw inputError('invalid-input', problemsOf(result.error, input));
}

/** Any thrown value as an AppError; what is not one already is an `internal` bug. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', message, { cause: thrown });
}
