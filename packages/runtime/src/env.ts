import { inputError, problemsOf } from '@starling/domain';
import type { z } from 'zod';

/** Variables whose values never appear in an error: they are, or may hold, secrets. */
const SECRET_NAME = /TOKEN|PASSWORD|SECRET|KEY|URL/i;

/**
 * Reads the process's environment by a schema of an object whose keys are the variables'
 * names; values arrive as text, so coerce (`z.coerce.number()`, `z.stringbool()`). A variable
 * set to nothing counts as absent. Throws `invalid-input` naming every variable that is wrong.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  source: Record<string, string | undefined> = process.env,
): z.output<Schema> {
  const present = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const problems = problemsOf(result.error, present).map(({ value, ...problem }) => ({
    ...problem,
    ...(value === undefined || SECRET_NAME.test(problem.field) ? {} : { value }),
    fix: problem.fix ?? `set the environment variable ${problem.field}, or unset it`,
  }));
  throw inputError('invalid-input', problems);
}
